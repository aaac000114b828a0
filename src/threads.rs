//! How work is shared among the processors.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
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

/// Begins work on another thread, and on another processor than this one's. Left to itself, Linux may begin a thread on the
/// processor of the one that makes it, and keep both there for 4 ms while another idles: longer than much of the work here
/// takes.
fn aside<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    let here = processor::current();
    let (begun, wait) = mpsc::channel::<()>();
    let thread = Builder::new().spawn_scoped(scope, move || {
        processor::leave(here);
        drop(begun);
        work()
    })?;
    // While this thread waits, the other can begin and move. It says nothing, it only hangs up.
    let _ = wait.recv();
    Ok(thread)
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
        (1..threads.min(jobs.len())).for_each(|_| drop(aside(scope, one)));
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
        Ok(aside) => (one(), aside.join().expect("a panic ends the program")),
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
        let all = || sched_getaffinity(None).expect("a thread may ask");
        let (here, other) = std::thread::scope(|scope| {
            // Where this thread is, `aside` asks as well; it may have been moved in between, but seldom twenty times.
            let tries = (0..20).map(|_| (sched_getcpu(), aside(scope, sched_getcpu)));
            let mut tries = tries.map(|(here, thread)| (here, thread.expect("it begins").join().expect("it ends")));
            tries.find(|(here, other)| here != other).unwrap_or_default()
        });
        assert!(here != other || all().count() == 1);
        assert_eq!(share(&[(); 8], 2, all, |mask, ()| *mask), [all(); 8]);
    }
}
