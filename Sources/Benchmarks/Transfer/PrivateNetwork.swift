internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import LoadTool

/// A network namespace of the benchmark's own, so that nothing of the machine's network is touched.
///
/// Its bridges and links vanish with the last process in it, however that ends.
enum PrivateNetwork {
    /// Exit status of a benchmark that this machine cannot run, as test runners know it.
    static let skipped: Int32 = 77
    private static let mark = "BATON_BENCH_NETWORK"
    /// Foundation's processes need the loopback interface: it must be up before the first of them.
    private static let script = "ip link set lo up && exec \"$@\""

    /// Starts this program anew inside a new namespace; returns at once when it is inside already.
    ///
    /// - Throws: `ExitCode` after saying why, when the process may not make namespaces or lacks the tools.
    static func enter() throws {
        guard ProcessInfo.processInfo.environment[mark] == nil else { return }
        guard geteuid() == 0 else { throw skip("links of a given rate need network namespaces: run as root") }
        for name in BridgedNetwork.Tools.names where SystemTool(name) == nil {
            throw skip("links of a given rate need the program \(name), which was not found")
        }
        guard let unshare = SystemTool("unshare") else { throw skip("the program unshare was not found") }
        setenv(mark, "private", 1)
        let start = [unshare.path, "--net", "--", "/bin/sh", "-c", script, "private", Programs.own]
        let arguments = start + CommandLine.arguments.dropFirst()
        var pointers = arguments.map { strdup($0) }
        pointers.append(nil)
        execv(unshare.path, &pointers)
        throw skip("cannot start \(unshare.path): \(String(cString: strerror(errno)))")
    }

    private static func skip(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("skipped: \(reason)\n".utf8))
        return ExitCode(skipped)
    }
}
