"""Many submissions at once on this machine: a few workers, each with one submission at a time."""

import queue
import threading
from collections.abc import Iterable, Iterator

from llmbook_utils.grading.job import Job
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import Result
from llmbook_utils.grading.worker import Worker


class Workers:
    """So many workers; use as a context manager. A worker is started when it is first needed."""

    def __init__(self, number: int) -> None:
        self._workers = [Worker(slot) for slot in range(number)]

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.close()

    def warm(self, plan: Plan, jobs: int | None = None) -> None:
        """Start those that so many jobs will need, and do not wait for them."""
        for worker in self._workers[:jobs]:
            worker.warm(plan)

    def tried(self, job: Job) -> Plan:
        """As Worker.tried; the other workers start meanwhile, and not before this one is ready."""
        if not job.trusted:
            self._workers[0].warm(job.plan, wait=True)
            self.warm(job.plan)
        return self._workers[0].tried(job)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Grade the jobs; results come as they are ready, in any order.

        Jobs are taken from the iterable one by one, when a worker is free, so that a thousand
        submissions need no more memory than a few.

        Raises:
            WorkerFailed: the sandbox does not work on this machine.
        """
        waiting, lock = iter(jobs), threading.Lock()
        results: queue.Queue[Result | BaseException | None] = queue.Queue(
            maxsize=2 * len(self._workers)
        )
        stop = threading.Event()

        def work(worker: Worker) -> None:
            try:
                while not stop.is_set():
                    with lock:
                        job = next(waiting, None)
                    if job is None:
                        break
                    results.put(worker.grade(job))
            except BaseException as error:
                if not stop.is_set():
                    results.put(error)
            finally:
                worker.close()
                results.put(None)

        for worker in self._workers:
            threading.Thread(target=work, args=(worker,), daemon=True).start()
        ended = 0
        try:
            while ended < len(self._workers):
                result = results.get()
                if result is None:
                    ended += 1
                elif isinstance(result, BaseException):
                    raise result
                else:
                    yield result
        finally:
            stop.set()
            self.__exit__()
