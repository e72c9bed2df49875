internal import Foundation

/// Ends the processes of a benchmark and removes its folder, however the benchmark itself ends.
///
/// A shell reads what is to be cleaned up; its input ends with the benchmark's process, killed or not.
final class BenchGuard {
    private static let script = """
        trap '' INT TERM HUP
        pids=" "
        while read -r word pid; do
            case "$word" in
            add) pids="$pids$pid " ;;
            drop) pids="${pids%% $pid *} ${pids#* $pid }" ;;
            esac
        done
        for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
        rm -rf -- "$1"
        """

    private let shell = Process()
    private let input = Pipe()

    /// - Parameter folder: removed at the end.
    init(folder: URL) throws {
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script, "guard", folder.path]
        shell.standardInput = input
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
    }

    func add(_ process: Int32) throws { try tell("add \(process)\n") }

    func drop(_ process: Int32) throws { try tell("drop \(process)\n") }

    /// Cleans up now and waits for it.
    func finish() throws {
        try input.fileHandleForWriting.close()
        shell.waitUntilExit()
    }

    private func tell(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    }
}
