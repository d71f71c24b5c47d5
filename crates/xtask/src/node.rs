//! The package for Node: building and testing it as `npm install` and `npm test` do from a checkout.

use crate::shell::{Done, program, root, run as step};
use std::process::Command;

fn npm(arguments: &[&str]) -> Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments);
    command.current_dir(root().join("bindings/node"));
    command
}

/// Says plainly what is missing: without Node its half of the repository would go untested.
fn need_node() -> Done {
    for name in ["node", "npm"] {
        let there = Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
        if !there {
            return Err(format!("`{name}` is missing: install Node 20 or later, with npm"));
        }
    }
    Ok(())
}

/// Installs what the package needs, builds it, and runs its tests.
pub(crate) fn test() -> Done {
    need_node()?;
    // Installing from a checkout builds the addon and the TypeScript, as the package's `prepare` script says.
    step(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    step(&mut npm(&["test"]))
}
