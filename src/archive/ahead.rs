//! Work that all cores do ahead and one takes up in order, with a bound on the bytes that wait.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::threads::workers;

/// Bytes that may be worked on or wait to be taken up.
const MOST_WAITING: u64 = 24 << 20;

/// Bytes that a job counts for beside its own, so that not too many small ones wait either.
const EACH: u64 = 16 << 10;

/// Does `work` on the jobs on all cores, and hands each with its result to `take`, in order. Jobs without a `weight` in
/// bytes are left to `take`. Stops at the first error of `take`.
pub fn in_order<J: Sync, T: Send, E>(
    jobs: &[J],
    weight: impl Fn(&J) -> Option<u64> + Sync,
    work: impl Fn(&J) -> T + Sync,
    mut take: impl FnMut(&J, Option<T>) -> Result<(), E>,
) -> Result<(), E> {
    let board = Board { state: Mutex::default(), changed: Condvar::new() };
    let weight = |job: &J| weight(job).map(|bytes| bytes + EACH);
    thread::scope(|scope| {
        let worker = || {
            let _end = End { board: &board, whenever: false };
            while let Some(at) = board.next(jobs, weight) {
                let result = work(&jobs[at]);
                board.lock().done.insert(at, result);
                board.changed.notify_all();
            }
        };
        let _end = End { board: &board, whenever: true };
        for _ in 0..workers().min(jobs.len()) {
            scope.spawn(worker);
        }
        for (at, job) in jobs.iter().enumerate() {
            let Some(bytes) = weight(job) else {
                take(job, None)?;
                continue;
            };
            let result = board.wait(at);
            take(job, Some(result))?;
            board.lock().waiting -= bytes;
            board.changed.notify_all();
        }
        Ok(())
    })
}

struct Board<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    /// The first job that nobody has begun.
    next: usize,
    waiting: u64,
    done: BTreeMap<usize, T>,
    ended: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        State { next: 0, waiting: 0, done: BTreeMap::new(), ended: false }
    }
}

impl<T> Board<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job for a worker, once there is room for it.
    fn next<J>(&self, jobs: &[J], weight: impl Fn(&J) -> Option<u64>) -> Option<usize> {
        let mut state = self.lock();
        loop {
            let at = state.next;
            if state.ended || at == jobs.len() {
                return None;
            }
            match weight(&jobs[at]) {
                None => state.next += 1,
                Some(bytes) if state.waiting == 0 || state.waiting + bytes <= MOST_WAITING => {
                    state.next += 1;
                    state.waiting += bytes;
                    return Some(at);
                }
                Some(_) => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn wait(&self, at: usize) -> T {
        let mut state = self.lock();
        loop {
            if let Some(result) = state.done.remove(&at) {
                return result;
            }
            assert!(!state.ended, "a worker ended before its work was done");
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Ends all work when it is dropped: in any case, or only in a panic, after which nobody would wait in vain.
struct End<'a, T> {
    board: &'a Board<T>,
    whenever: bool,
}

impl<T> Drop for End<'_, T> {
    fn drop(&mut self) {
        if self.whenever || thread::panicking() {
            self.board.lock().ended = true;
            self.board.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_taken_up_in_order_whatever_its_size() {
        let jobs: Vec<u64> = (0..500).map(|at| at * 7919 % 11).collect();
        let weight = |job: &u64| (*job != 3).then_some(*job * (MOST_WAITING / 4));
        let mut taken = Vec::new();
        let take = |job: &u64, result: Option<u64>| {
            assert_eq!(result, (*job != 3).then_some(job * 2));
            taken.push(*job);
            Ok::<(), ()>(())
        };
        assert_eq!(in_order(&jobs, weight, |job| job * 2, take), Ok(()));
        assert_eq!(taken, jobs);
    }

    #[test]
    fn an_error_ends_all_work() {
        let jobs = vec![MOST_WAITING; 100];
        assert_eq!(in_order(&jobs, |job| Some(*job), |job| *job, |_, _| Err("full")), Err("full"));
    }
}
