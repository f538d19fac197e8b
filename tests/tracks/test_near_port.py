"""The nearest port against plain distances to all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.geodesy import distance_m
from haidang.core.zone import Port
from haidang.tracks.near_port import nearest_port_m


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40))
def test_nearest_of_all(seed, n):
    rng = np.random.default_rng(seed)
    ports = [Port(str(k), str(k), rng.uniform(-80, 80), rng.uniform(-180, 180)) for k in range(n)]
    lat, lon = rng.uniform(-80, 80, 50), rng.uniform(-180, 180, 50)
    every = distance_m(lat[:, None], lon[:, None], [p.lat_deg for p in ports], [p.lon_deg for p in ports])
    got = nearest_port_m(lat, lon, ports)
    # On the sphere: up to half a percent from the ellipsoid.
    assert got == pytest.approx(every.min(axis=1), rel=6e-3)
    limited = nearest_port_m(lat, lon, ports, limit_m=2_000_000.0)
    assert np.array_equal(np.isinf(limited), got > 2_000_000.0)


def test_no_ports_and_polygon_ports():
    here = np.array([15.0]), np.array([108.0])
    assert np.isinf(nearest_port_m(*here, [])).all()
    harbour = np.array([(108.01, 15.0), (108.02, 15.0), (108.02, 15.01), (108.01, 15.0)])
    far_point = Port("p", "p", 16.0, 108.0, polygons=((harbour,),))
    assert nearest_port_m(*here, [far_point])[0] == pytest.approx(1075, rel=0.01)
