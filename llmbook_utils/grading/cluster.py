"""Many submissions at once on many machines: the same work, sent through dask.distributed.

Every dask worker is a trusted host that launches sandboxes of its own; it needs this package, its
environment, and bubblewrap. Submissions travel in the job, so no folder has to be shared. A dask
worker that is lost has its jobs run again elsewhere.
"""

import itertools
import json
import os
import threading
from collections.abc import Iterable, Iterator

from llmbook_utils.grading.job import Job
from llmbook_utils.grading.result import Result
from llmbook_utils.grading.worker import Worker

_handles = threading.local()


def grade_here(text: str) -> str:
    """What runs on a dask worker: a job as JSON in, a result as JSON out."""
    if not hasattr(_handles, "worker"):
        # kernels of one host must not share a user id: one for each process and thread
        slot = (os.getpid() * 31 + threading.get_ident()) % 3000 + 1000
        _handles.worker = Worker(slot)
    worker: Worker = _handles.worker
    return worker.grade(Job.from_data(json.loads(text))).as_json()


def run(jobs: Iterable[Job], address: str) -> Iterator[Result]:
    """Grade the jobs on the cluster whose scheduler listens at `address`.

    An address that begins with tls:// takes its certificates from dask's own configuration
    (distributed.comm.tls).

    Raises:
        OSError: there is no scheduler, or it has no workers.
        WorkerFailed: the sandbox does not work on a worker's machine.
    """
    from distributed import Client, Future, as_completed

    waiting = iter(jobs)
    with Client(address, timeout="30s", set_as_default=False) as client:
        threads = sum(client.nthreads().values())
        if threads == 0:
            raise OSError(f"expected workers at {address}, found none")

        def submitted(number: int) -> list[Future]:
            # never from dask's memory of equal calls: the ledger decides what is known
            return [
                client.submit(grade_here, json.dumps(job.as_data()), pure=False, retries=3)
                for job in itertools.islice(waiting, number)
            ]

        first = submitted(2 * threads)  # a few in advance keep every worker busy
        if not first:
            return
        pending = as_completed(first, loop=client.loop)
        for future in pending:
            yield Result.from_json(future.result())
            future.release()
            pending.update(submitted(1))
