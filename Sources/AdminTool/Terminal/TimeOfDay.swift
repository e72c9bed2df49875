internal import Foundation

/// The time on the wall, where the operator is.
enum TimeOfDay {
    /// Hours, minutes and seconds.
    static var text: String {
        let parts = Calendar.current.dateComponents([.hour, .minute, .second], from: Date())
        let numbers = [parts.hour, parts.minute, parts.second].map { $0 ?? 0 }
        return numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
