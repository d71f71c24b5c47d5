//! `cargo xtask audit`: dependencies against `deny.toml`.

use crate::shell::{Done, cargo, need_cargo_tool, run as step};

pub(crate) fn run() -> Done {
    need_cargo_tool("deny")?;
    step(&mut cargo(&["deny", "--all-features", "check", "bans", "licenses", "sources"]))
}
