//! Shares work among the processors.

use std::collections::VecDeque;
use std::sync::OnceLock;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// More threads than these make nothing faster.
const MAX_THREADS: usize = 8;

/// As large as the main thread's stack: a thread that waits for part of its work takes on other work.
const STACK: usize = 8 << 20;

/// The thread pool, made at the first use; `None` with one processor, or if the system gives no threads.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let make = || {
        let count = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        let pool = || ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).build().ok();
        if count > 1 { pool() } else { None }
    };
    POOL.get_or_init(make).as_ref()
}

/// Runs `work` on all jobs in parallel; results are in the order of the jobs.
pub fn share_in_order<'a, J: Sync, T: Send>(jobs: &'a [J], work: impl Fn(&'a J) -> T + Sync) -> Vec<T> {
    match pool() {
        // Jobs take unequal times, so each is scheduled by itself.
        Some(pool) if jobs.len() > 1 => pool.install(|| jobs.par_iter().with_max_len(1).map(&work).collect()),
        _ => jobs.iter().map(work).collect(),
    }
}

/// Runs two functions in parallel, the first one on this thread.
pub fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    let Some(pool) = pool() else { return (one(), other()) };
    let mut second = None;
    let first = pool.in_place_scope(|scope| {
        scope.spawn(|_| second = Some(other()));
        one()
    });
    (first, second.expect("the scope ends when all in it is done"))
}

/// Runs `work` on jobs in parallel and passes each job with its result to `take`, in order, on this thread, which must
/// not belong to the pool. The jobs being worked on or waiting for `take` weigh at most `max_weight` together, or there
/// is only one. `take` gets no result for a job without a weight. Stops at the first error of `take`.
pub fn in_order<J: Sync, T: Send, E>(
    jobs: &[J],
    max_weight: u64,
    weight: impl Fn(&J) -> Option<u64>,
    work: impl Fn(&J) -> T + Sync,
    mut take: impl FnMut(&J, Option<T>) -> Result<(), E>,
) -> Result<(), E> {
    let Some(pool) = pool() else {
        return jobs.iter().try_for_each(|job| take(job, weight(job).map(|_| work(job))));
    };
    let work = &work;
    pool.in_place_scope(|scope| {
        let mut rest = jobs.iter().map(|job| (job, weight(job))).peekable();
        let (mut started, mut waiting) = (VecDeque::new(), 0);
        loop {
            let fits = |bytes: Option<u64>| waiting == 0 || waiting + bytes.unwrap_or(0) <= max_weight;
            if let Some((job, bytes)) = rest.next_if(|(_, bytes)| fits(*bytes)) {
                let result = bytes.map(|_| {
                    let (sender, receiver) = sync_channel(1);
                    // After an error nobody receives it.
                    scope.spawn(move |_| drop(sender.send(work(job))));
                    receiver
                });
                waiting += bytes.unwrap_or(0);
                started.push_back((job, bytes, result));
                continue;
            }
            let Some((job, bytes, result)) = started.pop_front() else { return Ok(()) };
            take(job, result.map(|receiver| receiver.recv().expect("work that was started ends")))?;
            waiting -= bytes.unwrap_or(0);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_and_in_order() {
        let jobs: Vec<usize> = (0..1000).collect();
        assert_eq!(share_in_order(&jobs, |job| job * 2), jobs.iter().map(|job| job * 2).collect::<Vec<_>>());
        assert_eq!(share_in_order(&[0_u8; 0], |job| *job), Vec::<u8>::new());
        assert_eq!(both(|| 1, || 2), (1, 2));
    }

    #[test]
    fn everything_is_taken_in_order_whatever_its_weight() {
        let jobs: Vec<u64> = (0..500).map(|at| at * 7919 % 11).collect();
        let weight = |job: &u64| (*job != 3).then_some(*job * 5);
        let mut taken = Vec::new();
        let take = |job: &u64, result: Option<u64>| {
            assert_eq!(result, (*job != 3).then_some(job * 2));
            taken.push(*job);
            Ok::<(), ()>(())
        };
        assert_eq!(in_order(&jobs, 20, weight, |job| job * 2, take), Ok(()));
        assert_eq!(taken, jobs);
        assert_eq!(in_order(&jobs, 20, |job| Some(*job), |job| *job, |_, _| Err("full")), Err("full"));
    }
}
