/// The one state under which a block is counted, derived from its holds, pins and cache entry.
enum BlockState: Hashable {
    case free, cached, running, reserved, leased, quarantined
}
