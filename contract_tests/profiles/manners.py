"""The faults that a client of any profile can have in how it writes each of its requests."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.clients import habits
from contract_tests.profiles.variants import Broken

# Makes the client of a profile that writes its requests otherwise.
Writes = Callable[..., Broken]


def faults_of_manners(verb: str, writes: Writes) -> tuple[Broken, ...]:
    """Make a client for each; their names begin with what the profile's clients do."""
    return (
        writes(f"{verb}_without_user_agent", "sends no User-Agent", "User-Agent missing: 7 of 26",
               habits.empty_user_agent, "user_agent_present"),
        writes(f"{verb}_under_another_name", "names another seller in its User-Agent",
               "several shops in one process", habits.user_agent_of_another_seller, "own_seller"),
        writes(f"{verb}_without_scheme", "does not say that its credentials are Basic",
               "Authorization built wrongly: several", habits.authorization_without_scheme,
               "basic_authorization"),
        writes(f"{verb}_with_a_secret", "sends its secret as a parameter", "secrets in logs: kit, severity",
               habits.secret_in_the_url, "secret_not_in_url"),
        writes(f"{verb}_for_no_storefront", "does not say which storefront it means",
               "an international client written at home", habits.without_storefront, "header_present"),
        writes(f"{verb}_by_sapigw", "asks paths that were closed in 2025", "retired /sapigw paths: several",
               habits.by_the_old_path, "path_current"),
    )  # fmt: skip
