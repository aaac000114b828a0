//! How work is shared among the processors.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// How many threads work at once: a few, and no more than there are processors. On Linux the system is asked directly,
/// for the standard library would open files to find out.
pub fn workers() -> usize {
    const MOST: usize = 8;
    #[cfg(target_os = "linux")]
    let count = rustix::thread::sched_getaffinity(None).map_or(1, |set| set.count() as usize);
    #[cfg(not(target_os = "linux"))]
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    count.clamp(1, MOST)
}

/// A thread that was begun; it hangs up once it runs, and runs elsewhere.
struct Begun<'scope, T> {
    thread: ScopedJoinHandle<'scope, T>,
    elsewhere: Receiver<()>,
}

/// Begins work on another thread, and on another processor than this one's once this one waits for it. Left to itself, Linux
/// may begin a thread on the processor of the one that makes it, and keep both there for 4 ms while another idles: longer
/// than much of the work here takes.
fn aside<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<Begun<'scope, T>> {
    let here = processor::current();
    let (runs, elsewhere) = mpsc::channel();
    let thread = Builder::new().spawn_scoped(scope, move || {
        processor::leave(here);
        drop(runs);
        work()
    })?;
    Ok(Begun { thread, elsewhere })
}

impl<T> Begun<'_, T> {
    fn wait_until_elsewhere(&self) {
        // Nothing is sent.
        let _ = self.elsewhere.recv();
    }
}

#[cfg(target_os = "linux")]
mod processor {
    use rustix::thread::{sched_getaffinity, sched_getcpu, sched_setaffinity};

    pub fn current() -> usize {
        sched_getcpu()
    }

    /// Moves this thread to another processor, if it runs on this one and may run on others; it may come back later.
    pub fn leave(here: usize) {
        let Ok(all) = sched_getaffinity(None) else { return };
        let mut others = all;
        others.unset(here);
        if others.count() > 0 && sched_getcpu() == here && sched_setaffinity(None, &others).is_ok() {
            // What a thread may leave it may come back to.
            let _ = sched_setaffinity(None, &all);
        }
    }
}

/// Other systems spread threads by themselves.
#[cfg(not(target_os = "linux"))]
mod processor {
    pub fn current() -> usize {
        0
    }

    pub fn leave(_here: usize) {}
}

/// Does work on jobs on so many threads, or as many of them as can be had, each with a state of its own, and hands back
/// what came of it, in any order. Jobs are begun in their order.
pub fn share<J: Sync, S, T: Send>(
    jobs: &[J],
    threads: usize,
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &J) -> T + Sync,
) -> Vec<T> {
    let (next, all) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(jobs.len())));
    let one = || {
        let (mut state, mut done) = (begin(), Vec::new());
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(work(&mut state, job));
        }
        all.lock().unwrap_or_else(PoisonError::into_inner).extend(done);
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(jobs.len())).filter_map(|_| aside(scope, one).ok()).collect();
        others.iter().for_each(Begun::wait_until_elsewhere);
        one();
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Does work on jobs on all processors; what came of them is in their order.
pub fn share_in_order<J: Sync, T: Send>(jobs: &[J], work: impl Fn(&J) -> T + Sync) -> Vec<T> {
    let numbered: Vec<(usize, &J)> = jobs.iter().enumerate().collect();
    let mut done = share(&numbered, workers(), || (), |(), (at, job)| (*at, work(job)));
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does two things at once, or one after the other where no thread can be had.
pub fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl Fn() -> B + Sync) -> (A, B) {
    std::thread::scope(|scope| match aside(scope, &other) {
        Ok(begun) => {
            begun.wait_until_elsewhere();
            (one(), begun.thread.join().expect("a panic ends the program"))
        }
        Err(_) => (one(), other()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once() {
        let jobs: Vec<usize> = (0..1000).collect();
        for threads in [1, 2, 5] {
            let mut done = share(&jobs, threads, || 0, |_, job| *job);
            done.sort_unstable();
            assert_eq!(done, jobs, "{threads} threads");
        }
        assert_eq!(share_in_order(&jobs, |job| job * 2), jobs.iter().map(|job| job * 2).collect::<Vec<_>>());
        assert_eq!(share(&[0_u8; 0], 2, || (), |(), job| *job), Vec::<u8>::new());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_begins_on_another_processor_and_may_run_on_all() {
        use rustix::thread::{sched_getaffinity, sched_getcpu};
        const TRIES: usize = 40;
        let all = || sched_getaffinity(None).expect("a thread may ask");
        let is_elsewhere = |_: &usize| {
            std::thread::scope(|scope| {
                let here = sched_getcpu();
                let begun = aside(scope, sched_getcpu).expect("a thread can be had");
                begun.wait_until_elsewhere();
                begun.thread.join().expect("it ends") != here
            })
        };
        // Now and then the system moves a thread itself in between.
        let elsewhere = (0..TRIES).filter(is_elsewhere).count();
        assert!(elsewhere * 10 >= TRIES * 8 || all().count() == 1, "{elsewhere} of {TRIES}");
        assert_eq!(share(&[(); 8], 2, all, |mask, ()| *mask), [all(); 8]);
    }
}
