import Foundation

/// Kills the processes of a test when the test process ends before it can do so itself.
///
/// A shell reads the identifiers of the running processes; its input ends with the test process.
final class ProcessGuard {
    private static let script = """
        pids=" "
        while read -r word pid; do
            case "$word" in
            add) pids="$pids$pid " ;;
            drop) pids="${pids%% $pid *} ${pids#* $pid }" ;;
            esac
        done
        for pid in $pids; do kill -KILL "$pid"; done
        """

    private let shell = Process()
    private let input = Pipe()

    init() throws {
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script]
        shell.standardInput = input
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
    }

    func add(_ process: ChildProcess) throws { try tell("add \(process.identifier)\n") }

    func drop(_ process: ChildProcess) throws { try tell("drop \(process.identifier)\n") }

    private func tell(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    }
}
