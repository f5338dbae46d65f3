"""Reading ahead: the next block is read while the last one is worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

DEPTH = 1
_END = object()


class _Reader[T](threading.Thread):
    """Puts what a source yields into a short queue, until somebody is no longer interested."""

    def __init__(self, source: Iterator[T]) -> None:
        super().__init__(name="import-ahead", daemon=True)
        self.source = source
        self.ready: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(maxsize=DEPTH)
        self.is_over = threading.Event()

    def run(self) -> None:
        """Read to the end, or to the first error, which is handed over."""
        try:
            for item in self.source:
                if not self._put(item):
                    return
        except BaseException as error:
            self._put(_END, error)
        else:
            self._put(_END)

    def _put(self, item: Any, error: BaseException | None = None) -> bool:
        while not self.is_over.is_set():
            try:
                self.ready.put((item, error), timeout=0.1)
            except queue.Full:
                continue
            return True
        return False


def ahead[T](source: Iterator[T]) -> Iterator[T]:
    """Yield what a source yields; it is read in a thread of its own, a little ahead, and touches no database."""
    reader = _Reader(source)
    reader.start()
    try:
        while True:
            item, error = reader.ready.get()
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        reader.is_over.set()
        reader.join(timeout=30)
