//! The program: everything is in the library beside it.

use std::process::ExitCode;

/// Gives memory back and fragments little.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    quartier::main()
}
