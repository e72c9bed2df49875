extension UnsafeRawBufferPointer {
    /// This memory and `next` as one, if `next` begins where this ends.
    ///
    /// Blocks often lie side by side: a run of them is sent in whole records from where it lies.
    func joined(to next: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = baseAddress, !isEmpty else { return next }
        guard !next.isEmpty else { return self }
        guard next.baseAddress == start + count else { return nil }
        return UnsafeRawBufferPointer(start: start, count: count + next.count)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// This memory and `next` as one, if `next` begins where this ends.
    func joined(to next: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer? {
        guard UnsafeRawBufferPointer(self).joined(to: UnsafeRawBufferPointer(next)) != nil else { return nil }
        return UnsafeMutableRawBufferPointer(
            start: isEmpty ? next.baseAddress : baseAddress,
            count: count + next.count
        )
    }
}
