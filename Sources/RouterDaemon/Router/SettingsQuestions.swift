internal import ServingTypes
internal import Transport

/// Operators who wait for what workers say of their settings.
///
/// A worker answers its questions in order, so that answers need no numbers; one that comes too late is still taken
/// from the line, for nobody.
struct SettingsQuestions: Sendable {
    /// Questions that may be open at one worker.
    static let limit = 16

    private struct Question {
        let number: UInt64
        /// The operator's link; `nil` once nobody waits.
        var link: ConnectionID?
    }

    /// By the worker's link.
    private var lines: [ConnectionID: [Question]] = [:]
    private var count: UInt64 = 0

    /// Puts a question in line; its number, or `nil` when there are too many.
    mutating func ask(_ worker: ConnectionID, for operatorLink: ConnectionID) -> UInt64? {
        guard lines[worker, default: []].count < Self.limit else { return nil }
        count += 1
        lines[worker, default: []].append(Question(number: count, link: operatorLink))
        return count
    }

    /// A worker has answered: who waits for that.
    mutating func answered(_ worker: ConnectionID) -> ConnectionID? {
        guard let first = lines[worker]?.first else { return nil }
        lines[worker]?.removeFirst()
        return first.link
    }

    /// No answer came in time: who waited for it; `nil` when it came after all.
    mutating func expired(_ number: UInt64, at worker: ConnectionID) -> ConnectionID? {
        guard let index = lines[worker]?.firstIndex(where: { $0.number == number }) else { return nil }
        defer { lines[worker]?[index].link = nil }
        return lines[worker]?[index].link
    }

    /// A link is gone: who waited for answers on it.
    mutating func closed(_ link: ConnectionID) -> [ConnectionID] {
        for worker in lines.keys {
            for index in lines[worker, default: []].indices where lines[worker]?[index].link == link {
                lines[worker]?[index].link = nil
            }
        }
        return (lines.removeValue(forKey: link) ?? []).compactMap(\.link)
    }
}
