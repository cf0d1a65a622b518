"""Refuses a run whose conf holds a key that no parameter reads: a misspelt limit would limit nothing."""

from typing import Any

from airflow.sdk.exceptions import AirflowFailException


def refuse_unknown_keys(context: Any) -> None:
    """See that every key of the run's conf is a parameter of its DAG.

    Raises:
        AirflowFailException: one is not.
    """
    known = list(context["dag"].params)
    unknown = sorted(map(str, set(context["dag_run"].conf or ()) - set(known)))
    if unknown:
        raise AirflowFailException(f"运行参数 {'、'.join(unknown)} 不认识；可以写的是 {'、'.join(known)}")
