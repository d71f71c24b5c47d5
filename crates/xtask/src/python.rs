//! The Python package: built into a virtual environment of its own, and tested there.

use crate::shell::{Done, cargo, program, root, run as step};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "bindings/python";
/// The largest wheel: 4 MB.
const WHEEL_BYTES_MAX: u64 = 4_000_000;
const REQUIREMENTS: &str = "bindings/python/requirements-test.txt";

/// Builds the package as the tests of Rust are built, and runs everything that must hold of it.
///
/// Python is needed: a package that nobody has tested is not to pass for one that works.
pub(crate) fn test() -> Done {
    check_free_threaded()?;
    let environment = Environment::ready()?;
    environment.install_package()?;
    let generated = [&["python", "stubs.py", "--check"][..], &["python", "reference.py", "--check"]];
    for check in generated.into_iter().chain([&["pytest"][..], &["mypy"], &["pyright"]]) {
        let mut command = environment.tool(check[0]);
        step(command.args(&check[1..]).current_dir(root().join(PACKAGE)))?;
    }
    Ok(())
}

/// What such an interpreter would say of itself: none is needed to compile for it.
const FREE_THREADED: &str = "implementation=CPython\nversion=3.14\nbuild_flags=Py_GIL_DISABLED\nshared=true\npointer_width=64\n\
    suppress_build_script_link_lines=true\n";

/// Compiles the package for a Python without the interpreter lock.
fn check_free_threaded() -> Done {
    let folder = target()?.join("free-threaded");
    let config = folder.join("interpreter.txt");
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&config, FREE_THREADED));
    written.map_err(|error| format!("`{}`: {error}", config.display()))?;
    // In a folder of its own: the two builds would otherwise undo each other's.
    let mut check = cargo(&["check", "--package", "deskmatch-python"]);
    step(check.env("CARGO_TARGET_DIR", folder).env("PYO3_CONFIG_FILE", config))
}

/// The whole of what a tenth of is in the tests: a million malformed calls, and as many values created and dropped.
pub(crate) fn torture() -> Done {
    let environment = Environment::ready()?;
    environment.install_package()?;
    let mut pytest = environment.tool("pytest");
    pytest
        .arg("tests/test_survival.py")
        .env("DESKMATCH_TORTURE", "1000000")
        .current_dir(root().join(PACKAGE));
    step(&mut pytest)
}

/// Builds what is published: a manylinux wheel and an sdist, both under `target/wheels`. The sdist is installed in an environment
/// that has nothing else, and the README's first example runs there; so does the wheel's size limit.
pub(crate) fn wheel() -> Done {
    let environment = Environment::ready()?;
    let wheels = target()?.join("wheels");
    let manifest = format!("{PACKAGE}/Cargo.toml");
    // What an earlier version left would be taken for this one's.
    if wheels.exists() {
        std::fs::remove_dir_all(&wheels).map_err(|error| format!("`{}`: {error}", wheels.display()))?;
    }
    let build = [
        "build",
        "--release",
        "--sdist",
        "--compatibility",
        "manylinux_2_34",
        "--compression-level",
        "9",
        "--manifest-path",
        &manifest,
        "--out",
    ];
    step(environment.tool("maturin").args(build).arg(&wheels))?;
    let built = |ending: &str| -> Result<PathBuf, String> {
        let files = std::fs::read_dir(&wheels).map_err(|error| format!("`{}`: {error}", wheels.display()))?;
        let mut paths = files.filter_map(|file| file.ok().map(|file| file.path()));
        let found = paths.find(|path| path.to_string_lossy().ends_with(ending));
        found.ok_or_else(|| format!("maturin has built no `{ending}`"))
    };
    let wheel = built(".whl")?;
    let bytes = std::fs::metadata(&wheel).map_err(|error| error.to_string())?.len();
    println!("{}: {bytes} bytes", wheel.display());
    if bytes > WHEEL_BYTES_MAX {
        return Err(format!("the wheel has {bytes} bytes; at most {WHEEL_BYTES_MAX}"));
    }
    for package in [wheel, built(".tar.gz")?] {
        let empty = target()?.join("python-empty");
        step(&mut program(&interpreter()?, &["-m", "venv", "--clear", &empty.to_string_lossy()]))?;
        let empty = Environment { folder: empty };
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        step(empty.tool("python").args(install).arg(&package))?;
        let readme = root().join(PACKAGE).join("README.md");
        let run = "import sys; exec(open(sys.argv[1]).read().split('```python')[1].split('```')[0])";
        step(empty.tool("python").args(["-c", run]).arg(readme).current_dir(target()?))?;
    }
    Ok(())
}

/// A virtual environment with what the tests need.
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Makes the environment, or takes the one there is if it has what is asked for.
    pub(crate) fn ready() -> Result<Self, String> {
        let environment = Environment { folder: target()?.join("python-tests") };
        let wanted = std::fs::read_to_string(root().join(REQUIREMENTS))
            .map_err(|error| format!("`{REQUIREMENTS}`: {error}"))?;
        let stamp = environment.folder.join("installed.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        step(&mut program(
            &interpreter()?,
            &["-m", "venv", "--clear", &environment.folder.to_string_lossy()],
        ))?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
        step(environment.tool("python").args(install))?;
        std::fs::write(&stamp, wanted).map_err(|error| format!("`{}`: {error}", stamp.display()))?;
        Ok(environment)
    }

    /// A program of the environment. The environment's Python comes first on the path: pyright asks that one what is installed.
    pub(crate) fn tool(&self, name: &str) -> Command {
        let programs = self.folder.join("bin");
        let mut command = program(&programs.join(name).to_string_lossy(), &[]);
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&others)));
        command.env("VIRTUAL_ENV", &self.folder).env("PATH", path.unwrap_or(others));
        command
    }

    /// Builds the package and installs it, with the profile that the tests of Rust have built the engine with already.
    fn install_package(&self) -> Done {
        let manifest = format!("{PACKAGE}/Cargo.toml");
        step(self.tool("maturin").args([
            "develop",
            "--quiet",
            "--profile",
            "dev",
            "--manifest-path",
            &manifest,
        ]))
    }
}

/// The folder of all that is built: this program lies two below it.
fn target() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("the path of xtask: {error}"))?;
    own.ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .ok_or_else(|| "xtask does not lie in a target folder".to_owned())
}

/// A Python that the package is for: `PYTHON` if it is set, else `python3`.
fn interpreter() -> Result<String, String> {
    let name = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let check = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = Command::new(&name).args(["-c", check]).status();
    match found {
        Ok(status) if status.success() => Ok(name),
        Ok(_) => Err(format!("`{name}` is older than Python 3.10; set PYTHON to a newer one")),
        Err(error) => {
            Err(format!("Python 3.10 or later is needed to test the Python package; `{name}`: {error}"))
        }
    }
}
