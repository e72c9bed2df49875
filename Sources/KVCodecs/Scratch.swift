/// Memory of one call: zeroed when made, freed when the call ends.
struct Scratch<Element: BitwiseCopyable>: ~Copyable {
    /// The first element.
    let base: UnsafeMutablePointer<Element>
    /// Elements.
    let count: Int

    /// Allocates `count` elements, each `zero`.
    init(_ count: Int, zero: Element) {
        self.init(uninitialized: count)
        base.initialize(repeating: zero, count: count)
    }

    /// Allocates `count` elements to be written before they are read.
    init(uninitialized count: Int) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
    }

    deinit { base.deallocate() }
}
