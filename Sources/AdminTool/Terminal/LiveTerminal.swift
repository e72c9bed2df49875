internal import CLinux
internal import Foundation
internal import ServingTypes

/// What wakes a command that goes on until it is told to end: signals, keys, news from its feed.
///
/// It may take the terminal for itself; the terminal comes back as it was however the process ends.
final class LiveTerminal {
    /// Something that happened.
    enum Event: Hashable {
        case key(TerminalKey)
        /// The terminal has another size, or came back to us: everything is to be drawn.
        case resized
        /// The feed has something.
        case news
        /// The process is to end, by this signal.
        case ended(signal: Int32)
        /// Nothing within the time.
        case nothing
    }

    /// How long the rest of a key's sequence may take.
    private static let keyMilliseconds: Int32 = 25

    private let output = StandardOutput()
    private let signals: Int32
    private let bell: NewsBell
    private let readsKeys: Bool
    private var parser = KeyParser()
    private var events: [Event] = []
    private var isInputOpen = true
    private var isTaken = false

    /// - Parameter readsKeys: whether standard input is a keyboard.
    /// - Note: make it before any thread is started, so that signals come here.
    init(bell: NewsBell, readsKeys: Bool) throws(ServingError) {
        signals = clinux_signals_open()
        guard signals >= 0 else {
            throw ServingError(.engine, "cannot watch for signals: errno \(-signals)")
        }
        self.bell = bell
        self.readsKeys = readsKeys
    }

    deinit {
        giveBack()
        _ = clinux_close(signals)
    }

    /// The screen's size, now.
    var size: TerminalSize { output.size ?? TerminalSize(columns: 80, rows: 24) }

    /// Takes the screen.
    func take() throws(ServingError) {
        let result = clinux_terminal_take(STDIN_FILENO, STDOUT_FILENO, ScreenPainter.begin, ScreenPainter.end)
        guard result == 0 else {
            throw ServingError(.engine, "cannot use the terminal: errno \(-result)")
        }
        isTaken = true
    }

    /// Gives the screen back as it was.
    func giveBack() {
        if isTaken { clinux_terminal_give_back() }
        isTaken = false
    }

    /// Writes at once.
    func write(_ text: String) { if !text.isEmpty { output.write(text) } }

    /// Waits for the next event.
    func next(within timeout: Duration) -> Event {
        if events.isEmpty {
            wait(milliseconds: Int32(max(0, min(3_600_000, timeout.milliseconds.rounded(.up)))))
        }
        return events.isEmpty ? .nothing : events.removeFirst()
    }

    private func wait(milliseconds: Int32) {
        var descriptors = [signals, bell.descriptor]
        if readsKeys, isInputOpen { descriptors.append(STDIN_FILENO) }
        let limit = parser.isWaiting ? min(milliseconds, Self.keyMilliseconds) : milliseconds
        let ready = clinux_wait_readable(descriptors, Int32(descriptors.count), limit)
        if ready & 4 != 0 {
            readKeys()
        } else if parser.isWaiting {
            events += parser.expire().map { .key($0) }
        }
        if ready & 1 != 0 { readSignals() }
        if ready & 2 != 0 {
            bell.quiet()
            events.append(.news)
        }
    }

    private func readKeys() {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = clinux_read(STDIN_FILENO, &bytes, bytes.count)
        // The end of a closed input would wake us for ever.
        if count <= 0 { isInputOpen = count == -EINTR || count == -EAGAIN }
        events += parser.take(bytes.prefix(max(0, Int(count)))).map { .key($0) }
    }

    private func readSignals() {
        while case let signal = clinux_signals_next(signals), signal != 0 {
            switch signal {
            case SIGWINCH, SIGCONT: events.append(.resized)
            case SIGTSTP: stop()
            default: events.append(.ended(signal: signal))
            }
        }
    }

    /// Ctrl-Z: the shell gets its terminal until the process is continued.
    private func stop() {
        let wasTaken = isTaken
        giveBack()
        _ = clinux_stop_self()
        if wasTaken,
            clinux_terminal_take(STDIN_FILENO, STDOUT_FILENO, ScreenPainter.begin, ScreenPainter.end) == 0
        {
            isTaken = true
        }
        events.append(.resized)
    }
}
