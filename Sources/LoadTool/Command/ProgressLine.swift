internal import Foundation
internal import Glibc
internal import ServingTypes

/// Shows on standard error how a run goes: one line that changes on a terminal, a line every few seconds elsewhere.
final class ProgressLine {
    private static let plainInterval = Duration.seconds(5)
    private static let width = 79

    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var total = 0
    private var lastPlain = Duration.zero
    private var isShown = false

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Writes a sentence.
    func note(_ text: String) {
        guard !isQuiet else { return }
        write("\(text)\n")
    }

    func begin(total: Int) {
        self.total = total
        lastPlain = .zero
    }

    func show(_ figures: LiveFigures, _ elapsed: Duration) {
        guard !isQuiet else { return }
        if isTerminal {
            isShown = true
            write("\r\(Self.text(figures, elapsed, total).prefix(Self.width))\u{1B}[K")
        } else if elapsed - lastPlain >= Self.plainInterval {
            lastPlain = elapsed
            write("\(Self.text(figures, elapsed, total))\n")
        }
    }

    /// Takes the changing line away.
    func end() {
        if isShown { write("\r\u{1B}[K") }
        isShown = false
    }

    /// `12s  340/1000 done  2 failed  18 open  98.2/s  TTFT p50 12.0 p99 34.1  TPOT 3.10 ms`.
    static func text(_ figures: LiveFigures, _ elapsed: Duration, _ total: Int) -> String {
        let seconds = elapsed.inSeconds
        var parts = ["\(Int(max(0, seconds)))s", "\(figures.completed)/\(total) done"]
        if figures.failed > 0 { parts.append("\(figures.failed) failed") }
        parts.append("\(figures.inFlight) open")
        if figures.waiting > 0 { parts.append("\(figures.waiting) held") }
        if seconds > 0.1 { parts.append("\(short(Double(figures.completed) / seconds))/s") }
        if let median = figures.firstTokenMilliseconds(percentile: 50),
            let tail = figures.firstTokenMilliseconds(percentile: 99)
        {
            parts.append("TTFT p50 \(short(median)) p99 \(short(tail))")
        }
        if let mean = figures.meanTokenMilliseconds { parts.append("TPOT \(short(mean)) ms") }
        return parts.joined(separator: "  ")
    }

    /// Three digits that matter.
    private static func short(_ value: Double) -> String {
        String(format: value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value)
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
