"""When a password or a code may still be tried: by the person and the address together, never by the name alone."""

from datetime import datetime, timedelta

from accounts import limits, queries, security
from accounts.enums import SecurityKind
from accounts.models import User
from accounts.rules import ADDRESS, CODE, CODE_HERE, KNOWN_FOR_DAYS, PERSON, PERSON_HERE, USED_CODE, Limit

Counted = list[tuple[Limit, str]]


def may_try_password(name: str, user: User | None, address: str, at: datetime) -> Counted | None:
    """What was counted for this try, or None when there were too many."""
    who = name.lower()
    return _may_try([(ADDRESS, address), (PERSON_HERE, f"{who}@{address}"), (PERSON, who)], user, address, at)


def may_try_code(user: User, address: str, at: datetime) -> Counted | None:
    return _may_try([(CODE_HERE, f"{user.pk}@{address}"), (CODE, str(user.pk))], user, address, at)


def is_fresh_code(user: User, code: str, at: datetime) -> bool:
    """A code that was used once opens nothing again, on whichever process."""
    return limits.is_first(USED_CODE, f"{user.pk}:{code}", at)


def give_back(counted: Counted, at: datetime) -> None:
    """A right password is no try; tries that were wrong stay counted, also when a right one lies between them."""
    for limit, of in counted:
        limits.give_back(limit, of, at)


def _may_try(asked: Counted, user: User | None, address: str, at: datetime) -> Counted | None:
    counted: Counted = []
    for limit, of in asked:
        times = limits.count(limit, of, at)
        counted.append((limit, of))
        if times <= limit.most or (limit in (PERSON, CODE) and _knows(user, address, at)):
            continue
        if times == limit.most + 1:
            security.record(SecurityKind.LOCKED, user=user, address=address, at=at, note=limit.label)
        return None
    return counted


def _knows(user: User | None, address: str, at: datetime) -> bool:
    """Whether the person has signed in from there: tries from elsewhere are no weapon against who sits at the desk."""
    return user is not None and queries.has_signed_in_from(
        user, address, since=at - timedelta(days=KNOWN_FOR_DAYS)
    )
