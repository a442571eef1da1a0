//! Waits for the processes that feed a decoder: ends one that stays at one input, and goes on behind it.

use std::{
    cmp, io,
    path::Path,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    Finding, Measures, Tally, Until,
    worker::{Mark, Orders, findings_in, mark_in},
};

/// How often a worker is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// After so many workers that had to be ended, or died, their decoder is left alone.
const MOST_LOST: usize = 3;

/// How a worker ended.
enum Ended {
    /// It did all it was told.
    Whole,
    /// It did not come back from an input.
    Lost(&'static str),
}

/// Feeds a decoder in processes made by `worker`, from an input's number on. An input that takes longer than `patience`, or takes
/// its process down, is a finding, and the next process begins behind it.
///
/// # Errors
/// When no process can be started, or says nothing of how far it came.
pub fn watched(
    decoder: &str,
    from: u64,
    until: Until,
    patience: Duration,
    worker: &dyn Fn() -> io::Result<Command>,
) -> io::Result<Tally> {
    let (mut tally, begun, mut lost) = (Tally::default(), Instant::now(), 0);
    while let Some(until) = rest_of(until, &tally, begun.elapsed())
        && lost < MOST_LOST
    {
        let folder = TempDir::new()?;
        let from = from + tally.measures.inputs;
        let orders = Orders { decoder: decoder.to_owned(), from, until, folder: folder.path().to_owned() };
        let mut command = worker()?;
        orders.give(&mut command)?;
        let ended = wait(command.spawn()?, folder.path(), patience)?;
        let mark = mark_in(folder.path());
        let Mark { number, before } =
            mark.ok_or_else(|| io::Error::other(format!("the worker of {decoder} read nothing")))?;
        tally.findings.extend(findings_in(folder.path())?);
        tally.measures.add(&before);
        match ended {
            Ended::Whole => break,
            Ended::Lost(how) => {
                lost += 1;
                tally.measures.inputs += 1;
                tally.findings.push(Finding::of(number, how));
            }
        }
    }
    Ok(tally)
}

/// What is left to do; `None` when nothing is.
fn rest_of(until: Until, done: &Tally, elapsed: Duration) -> Option<Until> {
    match until {
        Until::Inputs(most) => {
            let rest = most.saturating_sub(done.measures.inputs);
            (rest > 0).then_some(Until::Inputs(rest))
        }
        Until::Elapsed(most) => {
            let rest = most.saturating_sub(elapsed);
            (!rest.is_zero()).then_some(Until::Elapsed(rest))
        }
    }
}

/// Waits until a worker ends, or ends it when its mark stands still for too long.
fn wait(mut worker: Child, folder: &Path, patience: Duration) -> io::Result<Ended> {
    let (mut seen, mut since) = (None, Instant::now());
    loop {
        if let Some(status) = worker.try_wait()? {
            return how(status);
        }
        let now = mark_in(folder).map(|mark| mark.number);
        if now != seen {
            (seen, since) = (now, Instant::now());
        } else if since.elapsed() > patience {
            worker.kill()?;
            worker.wait()?;
            return Ok(Ended::Lost("never ended"));
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// A worker that says itself that it could not work has found nothing; one that died has.
fn how(status: ExitStatus) -> io::Result<Ended> {
    match status.code() {
        Some(0) => Ok(Ended::Whole),
        Some(code) => Err(io::Error::other(format!("a worker could not work: {code}"))),
        None => Ok(Ended::Lost("took its process down")),
    }
}

impl Measures {
    /// What two stretches come to together.
    pub(crate) fn add(&mut self, other: &Self) {
        self.inputs += other.inputs;
        self.accepted += other.accepted;
        self.slowest_us = cmp::max(self.slowest_us, other.slowest_us);
        self.memory_kib = cmp::max(self.memory_kib, other.memory_kib);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{env, hint, process::Stdio};

    use super::*;
    use crate::{
        damage::Kind,
        decoders::{self, Decoder},
    };

    /// Where the planted decoders fall.
    const AT: u64 = 1_000_003;

    /// What is one input's own, whatever else it is: the planted decoders tell by it which one they are at.
    fn is_the_one(bytes: &[u8]) -> bool {
        bytes == crate::input(&PLANTED[0], &crate::corpus_of(&PLANTED[0]), AT)
    }

    fn never_ends(bytes: &[u8]) -> Result<bool, String> {
        while is_the_one(bytes) {
            hint::spin_loop();
        }
        Ok(true)
    }

    fn takes_its_process_down(bytes: &[u8]) -> Result<bool, String> {
        if is_the_one(bytes) {
            std::process::abort();
        }
        Ok(true)
    }

    const fn planted(name: &'static str, read: fn(&[u8]) -> Result<bool, String>) -> Decoder {
        Decoder { name, corpus: "push", kind: Kind::Text, in_tests: 0, read }
    }

    static PLANTED: [Decoder; 2] =
        [planted("never-ends", never_ends), planted("dies", takes_its_process_down)];

    /// This very program, told to run the one test below.
    pub(crate) fn worker() -> io::Result<Command> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["--exact", "watch::tests::a_worker_carries_out_its_orders"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command)
    }

    /// What [`worker`] starts. Without orders it has nothing to do.
    #[test]
    fn a_worker_carries_out_its_orders() {
        let Some(orders) = Orders::of_this_process() else { return };
        let is_planted = PLANTED.iter().any(|decoder| decoder.name == orders.decoder);
        orders.carry_out(if is_planted { &PLANTED } else { decoders::ALL }).unwrap();
    }

    fn fed(name: &str) -> Tally {
        watched(name, AT - 3, Until::Inputs(10), Duration::from_secs(3), &worker).unwrap()
    }

    #[test]
    fn an_input_that_never_ends_is_named_and_the_others_are_read_all_the_same() {
        let tally = fed("never-ends");
        assert_eq!(tally.findings, [Finding::of(AT, "never ended")]);
        assert_eq!((tally.measures.inputs, tally.measures.accepted), (10, 9));
    }

    #[test]
    fn an_input_that_takes_its_process_down_is_named_too() {
        let tally = fed("dies");
        assert_eq!(tally.findings, [Finding::of(AT, "took its process down")]);
        assert_eq!((tally.measures.inputs, tally.measures.accepted), (10, 9));
    }
}
