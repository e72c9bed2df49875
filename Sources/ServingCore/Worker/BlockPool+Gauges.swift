import KVCache
import ServingTypes

extension BlockPool {
    /// The counts in the form in which they travel.
    var gauges: BlockGauges {
        var gauges = BlockGauges()
        gauges.free = counts.free
        gauges.cached = counts.cached
        gauges.running = counts.running
        gauges.reserved = counts.reserved
        gauges.leased = counts.leased
        gauges.quarantined = counts.quarantined
        return gauges
    }
}
