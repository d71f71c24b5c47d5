//! The Deskmatch engine for Node.
//!
//! The package's face is TypeScript, under `ts/`; this crate is what it stands on. Values cross as bytes, in one crossing each way
//! (see `deskmatch_tape`); engines are kept here and named by numbers (see `engines`); nothing is called but through one guard against
//! panics (see `guard`). No function here is meant for users of the package.

#![cfg_attr(
    test,
    allow(
        dead_code,
        unused_imports,
        reason = "napi leaves the exports out of test builds, which only lints make of this crate"
    )
)]

mod assign;
mod command;
mod engines;
mod error;
mod exports;
mod guard;
mod matching;
mod operations;
mod replay;
#[cfg(feature = "schemas")]
mod schemas;
mod sized;
mod strategies;
mod views;
mod work;
