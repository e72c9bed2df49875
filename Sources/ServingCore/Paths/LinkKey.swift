/// A pair of workers by their slots in the table.
struct LinkKey: Hashable, Sendable {
    var from: Int
    var to: Int
}
