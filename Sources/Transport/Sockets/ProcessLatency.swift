internal import CLinux

/// How soon the threads of this process run when something has come for them.
public enum ProcessLatency {
    /// Asks the kernel for short time slices for all threads that the process has now, and that these start.
    ///
    /// For a process that only passes things on, such as a router: on a machine whose processors are busy
    /// with computing or encryption each of its threads would otherwise wait some milliseconds for its turn.
    /// It takes nothing from others in the long run. On kernels before Linux 6.12, which know no such wish,
    /// nothing changes.
    public static func prefer() { _ = clinux_process_prefer_latency() }
}
