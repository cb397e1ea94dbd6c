//! Tasks on virtual time: enough of an executor for tests that sleep and run side by side.

use raft_core::Time;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

type Job = Pin<Box<dyn Future<Output = ()>>>;

/// When each task wants to go on, and the tasks that have just been started.
#[derive(Default)]
pub(crate) struct Tasks {
    now: Cell<Time>,
    current: Cell<usize>,
    /// Of each task: when it goes on. `NEVER`: when another one is done.
    wakes: RefCell<Vec<Time>>,
    started: RefCell<Vec<Job>>,
}

impl Tasks {
    pub(crate) fn now(&self) -> Time {
        self.now.get()
    }

    /// The running task goes on at this moment.
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

    /// Runs all tasks to their end. `advance` is called with the moment at which the next one goes on;
    /// when it says that this moment does not come, all stop where they are.
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

    /// A task has ended: those that wait for another one have a look.
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

/// What a task started beside this one will have come to.
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
