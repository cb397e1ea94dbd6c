//! What several commands take or print.

use indicatif::{ProgressBar, ProgressStyle};
use raft_sim::Config;
use std::num::NonZeroUsize;
use std::process::ExitCode;

/// Prints a line in which nothing is hidden: a run's text comes from anywhere, and a terminal obeys what it is sent.
macro_rules! say {
    ($($part:tt)*) => { println!("{}", raft_sim::text::visible(&format!($($part)*))) };
}
pub(crate) use say;

/// The same on standard error.
macro_rules! complain {
    ($($part:tt)*) => { eprintln!("{}", raft_sim::text::visible(&format!($($part)*))) };
}
pub(crate) use complain;

/// Seeds such as `7` or `1..1000`, both ends included.
pub(crate) fn seeds(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is not a seed"));
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err("the first seed is after the last, which would be no run at all".into());
    }
    Ok((first, last))
}

/// Settings in which this is broken.
pub(crate) fn broken(names: &[String]) -> Result<Config, String> {
    let mut config = Config::default();
    for name in names {
        config.set(&format!("broken {name}")).map_err(|error| error.to_string())?;
    }
    Ok(config)
}

/// So many things run at once from now on.
pub(crate) fn start_jobs(jobs: Option<NonZeroUsize>) -> Result<(), String> {
    let Some(jobs) = jobs else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.get());
    pool.build_global().map_err(|error| format!("{jobs} jobs cannot be started: {error}"))
}

/// A bar for so many runs.
pub(crate) fn bar(steps: u64, hidden: bool) -> ProgressBar {
    let bar = if hidden { ProgressBar::hidden() } else { ProgressBar::new(steps) };
    let style = "{bar:40} {pos}/{len} runs, {elapsed} elapsed, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
    bar
}

/// How long the computer itself takes.
#[allow(clippy::disallowed_types, reason = "what is measured here is the program, not the run")]
pub(crate) struct Stopwatch(std::time::Instant);

#[allow(clippy::disallowed_types, reason = "as above")]
impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// What was asked makes no sense.
pub(crate) fn refuse(why: &str) -> ExitCode {
    complain!("{why}");
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_one_or_a_range() {
        assert_eq!(seeds("7"), Ok((7, 7)));
        assert_eq!(seeds("1..1000"), Ok((1, 1000)));
        for (text, says) in [
            ("", "`` is not a seed"),
            ("1..x", "`x` is not a seed"),
            ("9..1", "the first seed is after the last"),
        ] {
            assert!(seeds(text).is_err_and(|error| error.starts_with(says)), "{text}");
        }
    }

    #[test]
    fn what_is_broken_has_a_name() {
        assert!(broken(&["GrantVote".into()]).is_ok_and(|config| config != Config::default()));
        let error = broken(&["Gravity".into()]).expect_err("it is no rule");
        assert!(error.starts_with("`Gravity` is not the name of a rule"), "{error}");
    }
}
