/// Round trips of small messages between the benchmark and the receiver, in milliseconds.
struct KVPings {
    /// On the control link, while nothing is transferred.
    var idle: [Double] = []
    /// On the control link, under full load of the lanes.
    var bulk: [Double] = []
    /// On a connection of plain C under plain C's load; empty on a limited link.
    var limitBulk: [Double] = []
}
