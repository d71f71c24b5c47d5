//! The engines of this JavaScript thread, by number.
//!
//! JavaScript holds numbers, not pointers: a number that is no longer, or never was, an engine is a typed error. A call from
//! inside a callback into the engine that is calling back is one too, where a plain mutable borrow would be undefined.

use crate::error::{Answer, Failure};
use deskmatch::Engine;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

struct Slot {
    engine: RefCell<Engine>,
    /// Whether a panic has gone through it: nobody knows then what state it is in.
    lost: Cell<bool>,
}

thread_local! {
    static SLOTS: RefCell<Vec<Option<Rc<Slot>>>> = const { RefCell::new(Vec::new()) };
    static FREE: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Keeps an engine and gives it a number.
pub(crate) fn keep(engine: Engine) -> Answer<u32> {
    let slot = Some(Rc::new(Slot { engine: RefCell::new(engine), lost: Cell::new(false) }));
    SLOTS.with_borrow_mut(|slots| {
        if let Some(number) = FREE.with_borrow_mut(Vec::pop) {
            slots[number as usize] = slot;
            return Ok(number);
        }
        let number =
            u32::try_from(slots.len()).map_err(|_| Failure::internal("there are too many engines"))?;
        slots.push(slot);
        Ok(number)
    })
}

/// Lets an engine go. Nothing happens if it is gone already.
pub(crate) fn close(number: u32) {
    let slot = SLOTS.with_borrow_mut(|slots| slots.get_mut(number as usize).and_then(Option::take));
    // Dropped outside the borrow.
    if slot.is_some() {
        FREE.with_borrow_mut(|free| free.push(number));
    }
}

/// Marks an engine through which a panic has gone.
pub(crate) fn lose(number: u32) {
    if let Ok(slot) = find(number) {
        slot.lost.set(true);
    }
}

fn find(number: u32) -> Answer<Rc<Slot>> {
    let slot = SLOTS.with_borrow(|slots| slots.get(number as usize).cloned().flatten());
    slot.ok_or_else(|| Failure::new("closed", "the engine was closed; make another one"))
}

/// Works with an engine.
pub(crate) fn with<T>(number: u32, work: impl FnOnce(&mut Engine) -> Answer<T>) -> Answer<T> {
    let slot = find(number)?;
    if slot.lost.get() {
        let message =
            "the engine met a fault of its own before; restore it from a snapshot and the events since";
        return Err(Failure::internal(message));
    }
    let mut engine = slot.engine.try_borrow_mut().map_err(|_| {
        Failure::new(
            "busy",
            "the engine is at work: a strategy or another callback must not call the engine that asked it",
        )
    })?;
    work(&mut engine)
}
