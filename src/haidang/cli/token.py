"""`haidang token`: give a supplier's program the right to send positions, see who has it, take it away."""

import argparse

HELP = "create, list and revoke feed tokens"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `haidang token`."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make a token; its secret is shown once, as the last word")
    create.add_argument("--name", required=True, help="who will send, e.g. the supplier's name")
    create.add_argument("--scope", default="positions", help="what it may do (default: %(default)s)")
    revoke = verbs.add_parser("revoke", help="take a token's right away")
    revoke.add_argument("--name", required=True, help="the name it was made with")
    for verb in (create, revoke, verbs.add_parser("list", help="show all tokens, never their secrets")):
        verb.add_argument("--data", help="data folder (HAIDANG_DATA)")
        verb.add_argument("--database", help="address of the database (HAIDANG_DATABASE)")


def run(args: argparse.Namespace) -> int:
    """Run `haidang token`; works before the server's first start and while it runs."""
    from haidang.cli.terminal import DONE, say
    from haidang.core.time import SystemClock, format_iso
    from haidang.store import accounts, open_store
    from haidang.store.location import locate

    now_us = SystemClock().now_us()
    with open_store(locate(data=args.data, database=args.database)) as store:
        if args.verb == "create":
            with store.write() as conn:
                secret, token = accounts.create_feed_token(conn, args.name, now_us=now_us, scope=args.scope)
            say(f"Token {token.name} ({token.scope}) made. Keep it now, it is not shown again: {secret}")
        elif args.verb == "revoke":
            with store.write() as conn:
                token = accounts.revoke_feed_token(conn, args.name, now_us=now_us)
            say(f"Token {token.name} revoked: what it sends is refused from now on.")
        else:
            with store.read() as conn:
                tokens = accounts.all_feed_tokens(conn)
            for token in tokens:
                state = f"revoked {format_iso(token.revoked_us)}" if token.revoked_us else "in use"
                say(f"{token.name}\t{token.scope}\tmade {format_iso(token.created_us)}\t{state}")
            if not tokens:
                say("No tokens yet. Make one with: haidang token create --name NAME")
    return DONE
