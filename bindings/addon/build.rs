//! Lets the linker leave the functions of Node to be found when the addon is loaded.

fn main() {
    napi_build::setup();
}
