internal import Workload

/// A fault that was made in a run, as its time series mark it.
struct FaultMark: Equatable {
    let seconds: Double
    /// A, B, C… in order of time; a letter fits where a sentence does not.
    let letter: String
    /// What was done to whom: `kill decode-1:KILL`.
    let text: String

    /// The options under which a run notes its faults, as `decode-1:KILL@10.002s`, with commas between them.
    private static let options = ["cap", "kill"]

    /// The faults of a run by time; what has no time that can be read is left to the list of settings.
    static func marks(of settings: RunSettings) -> [FaultMark] {
        var faults: [(seconds: Double, text: String)] = []
        for option in options {
            for fault in (settings.options[option] ?? "").split(separator: ",") {
                guard let at = fault.lastIndex(of: "@"), let time = seconds(fault[fault.index(after: at)...])
                else { continue }
                faults.append((time, "\(option) \(fault[..<at])"))
            }
        }
        faults.sort { ($0.seconds, $0.text) < ($1.seconds, $1.text) }
        return faults.enumerated().map { index, fault in
            FaultMark(seconds: fault.seconds, letter: letter(index), text: fault.text)
        }
    }

    /// A number of seconds, as `10.002s`.
    private static func seconds(_ text: Substring) -> Double? {
        guard text.last == "s", let number = Double(text.dropLast()), number.isFinite, number >= 0 else {
            return nil
        }
        return number
    }

    private static func letter(_ index: Int) -> String {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
        return letters[index % letters.count] + (index < letters.count ? "" : String(index / letters.count))
    }
}
