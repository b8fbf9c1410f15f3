"""Many submissions at once on this machine: a few workers, each with one submission at a time."""

import queue
import threading
from collections.abc import Iterable, Iterator

from llmbook_utils.grading.result import Result
from llmbook_utils.grading.work import Job
from llmbook_utils.grading.worker import Worker, WorkerFailed


def run(jobs: Iterable[Job], workers: int) -> Iterator[Result]:
    """Grade the jobs with so many workers; results come as they are ready, in any order.

    Jobs are taken from the iterable one by one, when a worker is free, so that a thousand
    submissions need no more memory than a few.

    Raises:
        WorkerFailed: the sandbox does not work on this machine.
    """
    waiting, lock = iter(jobs), threading.Lock()
    results: queue.Queue[Result | BaseException | None] = queue.Queue(maxsize=2 * workers)
    stop = threading.Event()
    handles = [Worker(slot) for slot in range(workers)]

    def work(handle: Worker) -> None:
        try:
            while not stop.is_set():
                with lock:
                    job = next(waiting, None)
                if job is None:
                    break
                results.put(handle.grade(job))
        except BaseException as error:
            if not stop.is_set():
                results.put(error)
        finally:
            handle.close()
            results.put(None)

    threads = [threading.Thread(target=work, args=(handle,), daemon=True) for handle in handles]
    for thread in threads:
        thread.start()
    ended = 0
    try:
        while ended < workers:
            result = results.get()
            if result is None:
                ended += 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stop.set()
        for handle in handles:
            handle.close()


__all__ = ["WorkerFailed", "run"]
