"""Work in forked processes: answers in order, every failure told, and no fork where threads may run."""
from __future__ import annotations

import os
import sys
from functools import partial

import pytest

from brief import forks
from tests.test_engines import forks as where_forking_is_safe


@pytest.fixture(params=["forked", "in this process"])
def way(request, monkeypatch):
    """Both ways: with processes, as a build has them, and one after the other, as where a library has threads."""
    if request.param == "forked":
        if sys.platform != "linux":
            pytest.skip("this system cannot fork safely")
        monkeypatch.setattr(forks, "THREADED", ())
    else:
        monkeypatch.setattr(forks, "THREADED", ("sys",))
    return request.param


def test_answers_come_in_the_order_of_the_works(way):
    found = forks.at_once([partial(pow, 2, n) for n in range(5)])
    assert found == [1, 2, 4, 8, 16]


def test_each_work_has_its_own_process_or_none_has(way):
    others = set(forks.at_once([os.getpid, os.getpid])) - {os.getpid()}
    assert len(others) == (2 if way == "forked" else 0)


def test_every_failure_is_told(way):
    def fail(words):
        raise ValueError(words)
    with pytest.raises(forks.WorkFailed, match="first"):
        forks.at_once([partial(fail, "first"), lambda: 1])
    if way == "forked":
        with pytest.raises(forks.WorkFailed, match="first\nsecond"):
            forks.at_once([partial(fail, "first"), partial(fail, "second")])


@where_forking_is_safe
def test_a_process_that_dies_is_told(monkeypatch):
    monkeypatch.setattr(forks, "THREADED", ())
    with pytest.raises(forks.WorkFailed, match="died"):
        forks.at_once([lambda: os._exit(3)])


def test_items_are_dealt_out_whole_and_to_no_more_hands_than_there_are(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert forks.shares([1, 2, 3, 4, 5]) == [[1, 4], [2, 5], [3]] and forks.shares([1]) == [[1]] and forks.shares([]) == []
