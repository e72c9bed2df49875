import ServingTypes

extension TenantTag {
    /// The tag of a tenant's name: the same in every process, and never ``none``.
    ///
    /// FNV-1a over the name's UTF-8, mixed so that similar names do not have similar tags.
    public init(name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        self.init(rawValue: max(1, SplitMix64.mix(hash)))
    }
}
