import ServingTypes

extension BlockGauges {
    /// The count of one state.
    subscript(state: BlockState) -> Int {
        get {
            switch state {
            case .free: free
            case .cached: cached
            case .running: running
            case .reserved: reserved
            case .leased: leased
            case .quarantined: quarantined
            }
        }
        set {
            switch state {
            case .free: free = newValue
            case .cached: cached = newValue
            case .running: running = newValue
            case .reserved: reserved = newValue
            case .leased: leased = newValue
            case .quarantined: quarantined = newValue
            }
        }
    }
}
