"""The flow core's machine, run long: rare orders of commands that the everyday run does not meet."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.office.flow.test_machine import Flow

LONG = settings(max_examples=2500, stateful_step_count=60, deadline=None, phases=[Phase.generate, Phase.shrink], database=None,
                print_blob=True, suppress_health_check=list(HealthCheck))  # fmt: skip


@pytest.mark.proof
def test_the_promises_hold_over_long_cases() -> None:
    run_state_machine_as_test(Flow, settings=LONG)
