//! A server's own clock: exact, fast or slow.

use raft_core::{Micros, Time};

/// A clock that goes at a rate of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Thousandths of a percent: its microseconds for every hundred thousand of the world's.
    rate: u32,
    /// A moment at which both readings are known: the world's and its own.
    world: Time,
    own: Time,
}

/// An exact clock's rate.
pub const EXACT: u32 = 100_000;

impl Default for Clock {
    fn default() -> Self {
        Self { rate: EXACT, world: Time(0), own: Time(0) }
    }
}

impl Clock {
    /// Its rate in thousandths of a percent; [`EXACT`] is exact.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Its reading at a moment of the world.
    pub fn own(&self, at: Time) -> Time {
        self.own + scale(at - self.world, u64::from(self.rate), u64::from(EXACT)).0
    }

    /// The first moment of the world at which it shows `own` or later.
    pub fn world(&self, own: Time) -> Time {
        if own == Time::NEVER {
            return own;
        }
        let (passed, cut) = scale(own - self.own, u64::from(EXACT), u64::from(self.rate));
        self.world + (passed + u64::from(cut))
    }

    /// From now on it goes at another rate.
    pub fn set_rate(&mut self, now: Time, rate: u32) {
        *self = Self { rate, world: now, own: self.own(now) };
    }
}

/// A span at another rate, and whether a part of a microsecond was cut off.
fn scale(span: Micros, by: u64, over: u64) -> (Micros, bool) {
    if by == over {
        return (span, false);
    }
    scale_slowly(span, by, over)
}

#[cold]
#[inline(never)]
fn scale_slowly(span: Micros, by: u64, over: u64) -> (Micros, bool) {
    let scaled = u128::from(span) * u128::from(by);
    let over = u128::from(over);
    (u64::try_from(scaled / over).unwrap_or(u64::MAX), !scaled.is_multiple_of(over))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_never_jumps_and_never_shows_a_deadline_early() {
        let mut clock = Clock::default();
        for (now, rate) in [
            (1_000, 110_000),
            (5_003, 90_000),
            (9_999, 33_300),
            (15_000, 100_050),
            (20_001, 100_000),
        ] {
            let before = clock.own(Time(now));
            clock.set_rate(Time(now), rate);
            assert_eq!(clock.own(Time(now)), before);
            for ahead in [0, 1, 7, 150_000] {
                let deadline = before + ahead;
                let at = clock.world(deadline);
                assert!(clock.own(at) >= deadline, "rate {rate}, {ahead} ahead");
                assert!(
                    at == Time(now) || clock.own(Time(at.0 - 1)) < deadline,
                    "rate {rate}, {ahead} ahead"
                );
            }
        }
    }
}
