//! Strategies written in JavaScript.
//!
//! A strategy of the engine must be usable from any thread; a JavaScript function is not. So what is registered holds only a
//! number, and the function that answers for all of them is kept by the thread that runs JavaScript. Asked on another thread, a
//! strategy says so instead of answering.

use crate::views::{TicketNow, agents_of};
use deskmatch::{Batch, Candidate, EngineBuilder, Strategy, StrategyError, TicketView};
use deskmatch_tape::{Writer, to_writer};
use napi::Env;
use napi::bindgen_prelude::{Buffer, FnArgs, FunctionRef};
use serde::Deserialize;
use std::cell::{Cell, RefCell};

/// Takes the number of a strategy, what is asked (0 to choose, 1 to plan) and the question; gives back numbers: the candidate
/// chosen, or pairs of a ticket and a candidate. One number below zero says that there is no answer.
pub(crate) type Host = FunctionRef<FnArgs<(u32, u32, Buffer)>, Vec<i32>>;

const CHOOSE: u32 = 0;
const PLAN: u32 = 1;

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
    static ENV: Cell<Option<Env>> = const { Cell::new(None) };
}

/// Keeps the function that answers for every strategy of this thread.
pub(crate) fn set_host(host: Host) {
    HOST.with_borrow_mut(|slot| *slot = Some(host));
}

/// Lets strategies be asked while the work runs.
pub(crate) fn during<T>(env: Env, work: impl FnOnce() -> T) -> T {
    struct Back(Option<Env>);
    impl Drop for Back {
        fn drop(&mut self) {
            ENV.set(self.0);
        }
    }
    let _back = Back(ENV.replace(Some(env)));
    work()
}

/// A strategy by the name that the policy uses.
#[derive(Deserialize)]
pub(crate) struct Named {
    name: String,
    number: u32,
    revision: u32,
    plans: bool,
}

/// Registers strategies.
pub(crate) fn register(builder: EngineBuilder, strategies: Vec<Named>) -> EngineBuilder {
    strategies.into_iter().fold(builder, |builder, named| {
        let Named { name, number, revision, plans } = named;
        builder.strategy(name, InJavaScript { number, revision, plans })
    })
}

struct InJavaScript {
    number: u32,
    revision: u32,
    plans: bool,
}

impl InJavaScript {
    fn ask(&self, what: u32, question: Writer) -> Result<Vec<i32>, StrategyError> {
        let env = ENV.get().ok_or("a strategy in JavaScript can only be asked on the thread that made it")?;
        let answer = HOST.with_borrow(|host| {
            let host = host.as_ref().ok_or("strategies in JavaScript are not set up on this thread")?;
            let function = host.borrow_back(&env).map_err(|error| error.reason.to_string())?;
            let question = Buffer::from(question.bytes);
            function
                .call(FnArgs::from((self.number, what, question)))
                .map_err(|error| error.reason.to_string())
        });
        let answer: Vec<i32> = answer.map_err(StrategyError::from)?;
        if answer.first().is_some_and(|number| *number < 0) {
            return Err("the strategy threw".into());
        }
        Ok(answer)
    }
}

impl Strategy for InJavaScript {
    fn revision(&self) -> u32 {
        self.revision
    }

    fn choose(&self, ticket: &TicketView<'_>, candidates: &[Candidate<'_>]) -> Result<usize, StrategyError> {
        let mut question = Writer::new();
        to_writer(&mut question, &(TicketNow::from(*ticket), agents_of(candidates)))?;
        let answer = self.ask(CHOOSE, question)?;
        answer
            .first()
            .and_then(|index| usize::try_from(*index).ok())
            .ok_or_else(|| "the strategy gave no answer".into())
    }

    fn plan(&self, batch: &Batch<'_>) -> Result<Vec<(usize, usize)>, StrategyError> {
        if !self.plans {
            return choose_in_turn(self, batch);
        }
        let mut question = Writer::new();
        let tickets: Vec<_> = batch
            .tickets
            .iter()
            .map(|entry| (TicketNow::from(entry.ticket), agents_of(&entry.candidates)))
            .collect();
        to_writer(&mut question, &(tickets, &batch.room))?;
        let answer = self.ask(PLAN, question)?;
        let index =
            |number: i32| usize::try_from(number).map_err(|_| StrategyError::from("a place is below zero"));
        answer.chunks_exact(2).map(|pair| Ok((index(pair[0])?, index(pair[1])?))).collect()
    }
}

/// What a strategy that does not plan itself does, as the trait says.
fn choose_in_turn(strategy: &InJavaScript, batch: &Batch<'_>) -> Result<Vec<(usize, usize)>, StrategyError> {
    struct Choosing<'a>(&'a InJavaScript);
    impl Strategy for Choosing<'_> {
        fn choose(
            &self,
            ticket: &TicketView<'_>,
            candidates: &[Candidate<'_>],
        ) -> Result<usize, StrategyError> {
            self.0.choose(ticket, candidates)
        }
    }
    Choosing(strategy).plan(batch)
}
