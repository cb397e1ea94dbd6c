//! Arguments and output that several commands share.

use crate::out::complain;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use raft_core::{Bug, ServerId};
use raft_run::Config;
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;
use std::num::NonZeroUsize;
use std::process::ExitCode;

/// Parses seeds such as `7` or `1..1000`, both ends included; `fresh` draws a random one, `fresh:1000` a thousand.
pub(crate) fn seeds(text: &str) -> Result<(u64, u64), String> {
    if let Some(count) = text.strip_prefix("fresh") {
        let entropy = getrandom::u64()
            .map_err(|error| format!("the system gives no random numbers: {error}"))?;
        let (first, last) = fresh(count, &mut Xoshiro128PlusPlus::seed_from_u64(entropy))?;
        // Whoever wants the same again needs their numbers.
        complain!("--seeds {first}..{last}");
        return Ok((first, last));
    }
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is not a seed"));
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err("the first seed is after the last, which would be no run at all".into());
    }
    Ok((first, last))
}

/// Returns a range of fresh seeds; `count` is the text after the word. Seeds have at most 10 digits, so that a person
/// can read them out.
fn fresh(count: &str, chance: &mut impl Rng) -> Result<(u64, u64), String> {
    let most = u64::from(u32::MAX);
    let count = match count.strip_prefix(':') {
        None if count.is_empty() => Some(1),
        None => None,
        Some(number) => number.parse().ok().filter(|count| (1..=most).contains(count)),
    };
    let count: u64 = count.ok_or_else(|| {
        format!("fresh seeds are `fresh`, or a number of them from 1 to {most}: `fresh:1000`")
    })?;
    let first = chance.random_range(1..=most - count + 1);
    Ok((first, first + count - 1))
}

/// Bugs that servers have.
#[derive(Args, Clone, Default)]
pub(crate) struct BugOptions {
    /// Name of a rule to switch off or of a mistake to make, such as `GrantVote`. May be given several times: all
    /// apply at once
    #[arg(long, value_name = "NAME")]
    pub(crate) broken: Vec<String>,
    /// Servers that have the bugs, such as `1,3` [default: all]
    #[arg(long, value_name = "SERVERS", requires = "broken")]
    pub(crate) on: Option<String>,
}

impl BugOptions {
    /// Returns settings with these bugs.
    pub(crate) fn config(&self) -> Result<Config, String> {
        let mut config = Config::default();
        let servers = self.on().map_err(|error| error.to_string())?;
        for name in &self.broken {
            config.add_bug(bug(name)?, servers.as_deref());
        }
        Ok(config)
    }

    /// Returns the `broken` lines of such settings.
    pub(crate) fn lines(&self) -> Result<Vec<String>, String> {
        let text = self.config()?.to_string();
        Ok(text.lines().filter(|line| line.starts_with("broken ")).map(Into::into).collect())
    }

    fn on(&self) -> Result<Option<Vec<ServerId>>, raft_run::text::Invalid> {
        self.on.as_deref().map(raft_run::bugs::on).transpose()
    }

    /// Returns the same as arguments, to be typed again.
    pub(crate) fn again(&self) -> String {
        let names = self.broken.iter().map(|name| format!(" --broken {name}"));
        let on = self.on.iter().map(|servers| {
            let servers: Vec<&str> =
                servers.split([',', ' ']).filter(|word| !word.is_empty()).collect();
            format!(" --on {}", servers.join(","))
        });
        names.chain(on).collect()
    }
}

/// Returns the switch of a name, or an error with a suggestion.
pub(crate) fn bug(name: &str) -> Result<Bug, String> {
    let known = Bug::all().find(|bug| bug.name().eq_ignore_ascii_case(name));
    known.ok_or_else(|| {
        let shown = raft_run::text::shorten(name, 40);
        let meant = raft_run::line::did_you_mean(name, Bug::all().map(Bug::name));
        format!(
            "`{shown}` is not the name of a rule or of a mistake{meant}\nThe names: {}",
            Bug::all().map(Bug::name).collect::<Vec<_>>().join(", ")
        )
    })
}

/// Sets the number of threads.
pub(crate) fn start_jobs(jobs: Option<NonZeroUsize>) -> Result<(), String> {
    let Some(jobs) = jobs else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.get());
    pool.build_global().map_err(|error| format!("{jobs} jobs cannot be started: {error}"))
}

/// Creates a progress bar for this number of runs.
pub(crate) fn bar(steps: u64, hidden: bool) -> ProgressBar {
    let bar = if hidden { ProgressBar::hidden() } else { ProgressBar::new(steps) };
    let style = "{bar:40} {pos}/{len} runs, {elapsed} elapsed, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
    bar
}

/// Measures the time that the computer itself takes.
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

/// Reports arguments or a text that make no sense.
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
    fn fresh_seeds_are_others_each_time_and_as_many_as_asked() {
        let mut chance = Xoshiro128PlusPlus::seed_from_u64(7);
        let most = u64::from(u32::MAX);
        let mut firsts = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            let (first, last) = fresh(":1000", &mut chance).expect("a thousand seeds");
            assert_eq!(last - first, 999);
            assert!((1..=most).contains(&first) && last <= most, "{first}..{last}");
            firsts.insert(first);
        }
        assert!(firsts.len() > 990, "{} of 1,000 are different", firsts.len());
        assert!(fresh("", &mut chance).is_ok_and(|(first, last)| first == last));
        assert_eq!(fresh(":4294967295", &mut chance), Ok((1, most)));
        assert!(fresh(":4294967294", &mut chance).is_ok_and(|(first, _)| first <= 2));
        for text in [":0", ":", ":x", "er", " 7", ":4294967296"] {
            let error = fresh(text, &mut chance).expect_err("it is refused");
            assert!(error.ends_with("from 1 to 4294967295: `fresh:1000`"), "{text}: {error}");
        }
        assert!(seeds("fresh") != seeds("fresh") || seeds("fresh") != seeds("fresh"));
    }

    #[test]
    fn what_is_broken_has_a_name() {
        let bugs = |names: &[&str], on: Option<&str>| BugOptions {
            broken: names.iter().map(|&name| name.into()).collect(),
            on: on.map(Into::into),
        };
        let lines = |bugs: &BugOptions| bugs.lines().expect("they are understood").join("\n");
        let both = bugs(&["GrantVote", "HalfIsEnough"], None);
        assert_eq!(lines(&both), "broken GrantVote HalfIsEnough");
        assert_eq!(lines(&bugs(&["grantvote"], None)), "broken GrantVote");
        assert_eq!(both.again(), " --broken GrantVote --broken HalfIsEnough");
        let some = bugs(&["GrantVote"], Some("S3, 1"));
        assert_eq!(lines(&some), "broken GrantVote on 1 3");
        assert_eq!(some.again(), " --broken GrantVote --on S3,1");
        for (names, on, says) in [
            ("Gravity", None, "`Gravity` is not the name of a rule or of a mistake\nThe names: R"),
            (
                "GrantVotes",
                None,
                "`GrantVotes` is not the name of a rule or of a mistake: did you mean `GrantVote`?\nThe names: R",
            ),
            ("GrantVote", Some("x"), "`x` is not a server's number"),
        ] {
            let error = bugs(&[names], on).config().expect_err("it is refused");
            assert!(error.starts_with(says), "{error}");
        }
    }
}
