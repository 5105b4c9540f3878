"""Which solver proposes: the optimal one where its extra is installed, else the built-in one."""

from importlib.util import find_spec

from volunteer.activities.rota import greedy
from volunteer.activities.rota.problem import Problem, Proposal


def is_optimal_installed() -> bool:
    return find_spec("highspy") is not None


def solve(problem: Problem) -> Proposal:
    """A proposal for the open seats, by the best solver there is."""
    if not problem.suiting or not is_optimal_installed():
        return greedy.solve(problem)
    # Heavy, and needed only when a coordinator asks for a proposal.
    from volunteer.activities.rota import optimal

    return optimal.solve(problem)
