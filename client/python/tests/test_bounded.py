"""Waits that end in time, and let Python handle signals meanwhile."""

import os
import queue
import signal
import threading
import unittest

from flatline_client import bounded

_LONG_SECONDS = 20.0


class WaitTest(unittest.TestCase):
    def test_gives_what_was_called_or_says_that_it_took_too_long(self) -> None:
        self.assertEqual(bounded.call_within(_LONG_SECONDS, lambda: 7, "seven"), 7)
        never: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.assertIsInstance(bounded.call_within(0.05, never.get, "never"), TimeoutError)
        with self.assertRaises(queue.Empty):
            bounded.take(never, -1.0)

    @unittest.skipUnless(hasattr(signal, "pthread_sigmask"), "no masks of signals here")
    def test_a_signal_that_another_thread_is_given_is_heard_during_the_wait(self) -> None:
        results: queue.SimpleQueue[str] = queue.SimpleQueue()
        go: queue.SimpleQueue[None] = queue.SimpleQueue()

        def kill() -> None:
            go.get()
            os.kill(os.getpid(), signal.SIGUSR1)

        before = signal.signal(signal.SIGUSR1, lambda *_: results.put("handled"))
        self.addCleanup(signal.signal, signal.SIGUSR1, before)
        # Threads have the mask of the thread that started them: this one takes the signal, the main thread does not.
        killer = threading.Thread(target=kill)
        killer.start()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        self.addCleanup(signal.pthread_sigmask, signal.SIG_UNBLOCK, [signal.SIGUSR1])
        go.put(None)
        self.assertEqual(bounded.take(results, _LONG_SECONDS), "handled")
        killer.join()


if __name__ == "__main__":
    unittest.main()
