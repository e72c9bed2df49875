internal import Glibc

/// Facts about the machine.
enum Machine {
    /// Processors that this process may use.
    static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
