internal import ArgumentParser
internal import Foundation

extension BatonControl {
    /// Runs the command line of this process and ends it with one of the documented statuses.
    public static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let complaint as Complaint {
            leave(complaint.status, "\(complaint)")
        } catch let ending as Ending {
            leave(ending.status)
        } catch {
            // Help, wrong usage, and what no command foresaw.
            exit(withError: error)
        }
    }

    private static func leave(_ status: ExitStatus, _ text: String? = nil) -> Never {
        if let text {
            // Command lines to be copied are indented, and stay whole.
            let lines = "Error: \(text)".split(separator: "\n").map { line in
                line.hasPrefix(" ") ? String(line) : WrappedText.wrap(String(line))
            }
            FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
        Glibc.exit(status.rawValue)
    }
}
