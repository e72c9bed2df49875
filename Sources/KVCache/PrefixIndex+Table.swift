import ServingTypes

/// From hash to entry: open addressing with linear probing, at most four fifths full.
extension PrefixIndex {
    /// The bits by which a block is known.
    static func fingerprint(_ hash: BlockHash) -> UInt64 {
        // The hash is a keyed PRF's: any of its bits are as good as others.
        hash.rawValue.high ^ hash.rawValue.low
    }

    /// Where probing for a fingerprint starts.
    func bucket(_ fingerprint: UInt64) -> Int {
        let spread = fingerprint &* 0x9e37_79b9_7f4a_7c15
        return Int(spread.multipliedFullWidth(by: UInt64(table.count)).high)
    }

    func find(_ fingerprint: UInt64) -> Int? {
        guard !table.isEmpty else { return nil }
        var bucket = bucket(fingerprint)
        while table[bucket] != 0 {
            let entry = Int(table[bucket]) - 1
            if entries[entry].fingerprint == fingerprint { return entry }
            bucket = following(bucket)
        }
        return nil
    }

    /// Adds an entry whose fingerprint is not in the table.
    mutating func link(_ entry: Int) {
        if table.isEmpty { table = Array(repeating: 0, count: hashLimit + hashLimit / 4 + 1) }
        var bucket = bucket(entries[entry].fingerprint)
        while table[bucket] != 0 { bucket = following(bucket) }
        table[bucket] = UInt32(entry + 1)
    }

    /// Removes an entry, and closes the gap that it leaves in the way of others.
    mutating func unlink(_ entry: Int) {
        var gap = bucket(entries[entry].fingerprint)
        while table[gap] != UInt32(entry + 1) { gap = following(gap) }
        var probe = following(gap)
        while table[probe] != 0 {
            let home = bucket(entries[Int(table[probe]) - 1].fingerprint)
            if distance(from: home, to: probe) >= distance(from: gap, to: probe) {
                table[gap] = table[probe]
                gap = probe
            }
            probe = following(probe)
        }
        table[gap] = 0
    }

    private func following(_ bucket: Int) -> Int { bucket + 1 < table.count ? bucket + 1 : 0 }

    private func distance(from: Int, to: Int) -> Int { to >= from ? to - from : to - from + table.count }
}
