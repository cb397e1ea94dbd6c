//! Tasks on virtual time: an executor that is just large enough for tests that sleep and run side by side.

use raft_core::Time;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

type Job = Pin<Box<dyn Future<Output = ()>>>;

/// Moments at which tasks go on, and tasks that were just started.
#[derive(Default)]
pub(crate) struct Tasks {
    now: Cell<Time>,
    current: Cell<usize>,
    /// For each task, the moment at which it goes on. `NEVER`: when another one ends.
    wakes: RefCell<Vec<Time>>,
    started: RefCell<Vec<Job>>,
}

impl Tasks {
    pub(crate) fn now(&self) -> Time {
        self.now.get()
    }

    /// Sets the moment at which the running task goes on.
    pub(crate) fn sleep_until(self: &Rc<Self>, at: Time) -> Sleep {
        Sleep { tasks: Rc::clone(self), at }
    }

    /// Starts a task beside the running one.
    pub(crate) fn start<T: 'static>(&self, job: impl Future<Output = T> + 'static) -> Join<T> {
        let done = Rc::new(RefCell::new(None));
        let result = Rc::clone(&done);
        self.wakes.borrow_mut().push(self.now());
        self.started.borrow_mut().push(Box::pin(async move {
            let value = job.await;
            *result.borrow_mut() = Some(value);
        }));
        Join(done)
    }

    /// Runs all tasks to their end. It calls `advance` with the moment at which the next one goes on; if that returns
    /// false, the moment does not come, and all tasks stop where they are.
    pub(crate) fn run(self: &Rc<Self>, mut advance: impl FnMut(Time) -> bool) {
        let mut jobs: Vec<Option<Job>> = Vec::new();
        let mut context = Context::from_waker(Waker::noop());
        loop {
            jobs.extend(self.started.borrow_mut().drain(..).map(Some));
            let next = self
                .wakes
                .borrow()
                .iter()
                .copied()
                .enumerate()
                .min_by_key(|&(task, at)| (at, task));
            let Some((task, at)) = next.filter(|&(_, at)| at < Time::NEVER) else { return };
            if at > self.now() {
                if !advance(at) {
                    return;
                }
                self.now.set(at);
            }
            self.current.set(task);
            self.wakes.borrow_mut()[task] = Time::NEVER;
            let Some(job) = jobs[task].as_mut() else { continue };
            if job.as_mut().poll(&mut context).is_ready() {
                jobs[task] = None;
                self.wake_waiting(&jobs);
            }
        }
    }

    /// Wakes the tasks that wait for another one, because a task has ended.
    fn wake_waiting(&self, jobs: &[Option<Job>]) {
        for (wake, job) in self.wakes.borrow_mut().iter_mut().zip(jobs) {
            if *wake == Time::NEVER && job.is_some() {
                *wake = self.now();
            }
        }
    }
}

/// A pause of the running task.
pub(crate) struct Sleep {
    tasks: Rc<Tasks>,
    at: Time,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.tasks.now() >= self.at {
            return Poll::Ready(());
        }
        let task = self.tasks.current.get();
        self.tasks.wakes.borrow_mut()[task] = self.at;
        Poll::Pending
    }
}

/// Result of a task that was started beside this one.
pub(crate) struct Join<T>(Rc<RefCell<Option<T>>>);

impl<T> Future for Join<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        match self.0.borrow_mut().take() {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_run_side_by_side_on_virtual_time() {
        let tasks = Rc::new(Tasks::default());
        let heard = Rc::new(RefCell::new(Vec::new()));
        let say = |list: &Rc<RefCell<Vec<_>>>, tasks: &Rc<Tasks>, what: &'static str| {
            list.borrow_mut().push((tasks.now().0, what));
        };
        let (inner, log) = (Rc::clone(&tasks), Rc::clone(&heard));
        let main = tasks.start(async move {
            let (beside, more) = (Rc::clone(&inner), Rc::clone(&log));
            let other = inner.start(async move {
                beside.sleep_until(Time(30)).await;
                say(&more, &beside, "beside");
                7
            });
            inner.sleep_until(Time(20)).await;
            say(&log, &inner, "main");
            let seven = other.await;
            say(&log, &inner, "joined");
            seven
        });
        let mut moments = Vec::new();
        tasks.run(|at| {
            moments.push(at.0);
            true
        });
        assert_eq!(*heard.borrow(), [(20, "main"), (30, "beside"), (30, "joined")]);
        assert_eq!(moments, [20, 30]);
        assert_eq!(*main.0.borrow(), Some(7));
    }

    #[test]
    fn where_time_stops_all_tasks_stop() {
        let tasks = Rc::new(Tasks::default());
        let inner = Rc::clone(&tasks);
        let main = tasks.start(async move {
            inner.sleep_until(Time(20)).await;
            inner.sleep_until(Time(40)).await;
        });
        tasks.run(|at| at < Time(40));
        assert_eq!(tasks.now(), Time(20));
        assert_eq!(*main.0.borrow(), None);
    }
}
