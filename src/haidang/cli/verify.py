"""`haidang verify`: prove that no stored track was edited, or say where it was."""

import argparse

HELP = "prove that no stored track was edited"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `haidang verify`."""
    parser.add_argument("--data", help="data folder (HAIDANG_DATA)")
    parser.add_argument("--database", help="address of the database (HAIDANG_DATABASE)")
    parser.add_argument("--mode", default="live", choices=("live", "drill", "recording"), help="default: %(default)s")


def run(args: argparse.Namespace) -> int:
    """Run `haidang verify`; returns 0 when intact (an unsigned head included), 1 when not."""
    from haidang.cli.terminal import BROKEN, DONE, progress, say
    from haidang.store import chain, open_store
    from haidang.store.location import locate, require_present

    place = locate(data=args.data, database=args.database, mode=args.mode)
    require_present(place)
    with open_store(place) as store, store.read() as conn, progress("Checking", chain.count(conn)) as advance:
        done = 0

        def show(checked: int, _in_all: int) -> None:
            nonlocal done
            advance(checked - done)
            done = checked

        report = chain.verify(conn, show)
    if not report.ok:
        say(f"BROKEN ({report.problem}): {report.where}")
        say(f"Intact before that: {report.n_batches} batches, {report.n_positions} positions.")
        return BROKEN
    signed = f"signed up to batch {report.signed_batch_id}" if report.signed_batch_id else "no head signed yet"
    say(f"Intact: {report.n_positions} positions in {report.n_batches} batches ({signed}).")
    return DONE
