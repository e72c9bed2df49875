import ServingTypes

/// From hash to entry: open addressing with linear probing, at most four fifths full.
extension PrefixIndex {
    /// The bits by which a block is known.
    static func fingerprint(_ hash: BlockHash) -> UInt64 {
        // The hash is a keyed PRF's: any of its bits are as good as others.
        hash.rawValue.high ^ hash.rawValue.low
    }

    /// Where probing for a fingerprint starts.
    @inline(__always) func bucket(_ fingerprint: UInt64) -> Int {
        Int(Self.spread(fingerprint).multipliedFullWidth(by: UInt64(table.count)).high)
    }

    /// What a bucket of a fingerprint holds beside the number of its entry.
    @inline(__always) func tag(_ fingerprint: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: Self.spread(fingerprint)) & ~numberMask
    }

    func find(_ fingerprint: UInt64) -> Int? {
        guard !table.isEmpty else { return nil }
        var bucket = bucket(fingerprint)
        while let entry = probe(&bucket, tag: tag(fingerprint)) {
            if entries[entry].fingerprint == fingerprint { return entry }
            bucket = following(bucket)
        }
        return nil
    }

    /// The next entry from a bucket on that the tag does not rule out; `nil` where the search ends.
    @inline(__always) func probe(_ bucket: inout Int, tag: UInt32) -> Int? {
        while true {
            let word = table[bucket]
            if word == 0 { return nil }
            if word & ~numberMask == tag { return number(word) }
            bucket = following(bucket)
        }
    }

    /// Adds an entry whose fingerprint is not in the table.
    mutating func link(_ entry: Int) {
        if table.isEmpty { table = Array(repeating: 0, count: hashLimit + hashLimit / 4 + 1) }
        var bucket = bucket(entries[entry].fingerprint)
        while table[bucket] != 0 { bucket = following(bucket) }
        table[bucket] = word(entry)
    }

    /// Removes an entry, and closes the gap that it leaves in the way of others.
    mutating func unlink(_ entry: Int) {
        var gap = bucket(entries[entry].fingerprint)
        while table[gap] != word(entry) { gap = following(gap) }
        var probe = following(gap)
        while table[probe] != 0 {
            let home = bucket(entries[number(table[probe])].fingerprint)
            if distance(from: home, to: probe) >= distance(from: gap, to: probe) {
                table[gap] = table[probe]
                gap = probe
            }
            probe = following(probe)
        }
        table[gap] = 0
    }

    /// What the bucket of an entry holds.
    private func word(_ entry: Int) -> UInt32 { tag(entries[entry].fingerprint) | UInt32(entry + 1) }

    @inline(__always) private func number(_ word: UInt32) -> Int { Int(word & numberMask) - 1 }

    @inline(__always) private static func spread(_ fingerprint: UInt64) -> UInt64 {
        fingerprint &* 0x9e37_79b9_7f4a_7c15
    }

    @inline(__always) func following(_ bucket: Int) -> Int { bucket + 1 < table.count ? bucket + 1 : 0 }

    private func distance(from: Int, to: Int) -> Int { to >= from ? to - from : to - from + table.count }
}
