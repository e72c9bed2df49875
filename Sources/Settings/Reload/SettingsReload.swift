/// What a settings file says now, held against what a process runs by.
public struct SettingsReload<Value: ReloadableSettings>: Sendable {
    /// What is in force from now on.
    public let settings: LoadedSettings<Value>
    /// Every key that differs, in the order of the documentation.
    public let changes: [SettingChange]

    /// Changes that count from now on.
    public var applied: [SettingChange] { changes.filter { $0.effect == .live } }

    /// Changes that wait for the next start.
    public var pending: [SettingChange] { changes.filter { $0.effect != .live } }
}

extension LoadedSettings where Value: ReloadableSettings {
    /// Reads the file again, with the same overrides.
    ///
    /// - Throws: ``SettingsError`` with every problem; nothing is to change then.
    public func reloaded() throws(SettingsError) -> SettingsReload<Value> {
        compared(to: try Value.load(path: path, overrides: overrides))
    }

    /// What is in force when the same file says other things.
    func compared(to read: LoadedSettings<Value>) -> SettingsReload<Value> {
        var (effective, changes): ([EffectiveSetting], [SettingChange]) = ([], [])
        let before = Dictionary(grouping: self.effective, by: \.key)
        let after = Dictionary(grouping: read.effective, by: \.key)
        for key in Self.keys(of: read.effective) {
            let (old, new) = (before[key] ?? [], after[key] ?? [])
            guard let change = Self.change(of: key, from: old, to: new) else {
                effective += new
                continue
            }
            changes.append(change)
            effective += change.effect == .live ? new : old
        }
        let merged = LoadedSettings(
            value: value.adopting(read.value),
            effective: effective,
            path: path,
            overrides: overrides
        )
        return SettingsReload(settings: merged, changes: changes)
    }

    /// Each key once, in order.
    private static func keys(of settings: [EffectiveSetting]) -> [String] {
        var keys: [String] = []
        for setting in settings where keys.last != setting.key { keys.append(setting.key) }
        return keys
    }

    private static func change(
        of key: String,
        from old: [EffectiveSetting],
        to new: [EffectiveSetting]
    ) -> SettingChange? {
        guard
            !old.elementsEqual(
                new,
                by: { $0.path == $1.path && $0.text == $1.text && $0.secret == $1.secret }
            )
        else { return nil }
        return SettingChange(
            key: key,
            old: shown(old),
            new: shown(new),
            source: new.first?.source ?? .standard,
            effect: Value.reloadEffect(of: key) ?? .restart(reason: "nothing is known of it")
        )
    }

    /// A value, or how many sections there are.
    private static func shown(_ settings: [EffectiveSetting]) -> String {
        guard let first = settings.first else { return "nothing" }
        guard first.path != first.key else { return first.isHidden ? "not shown" : first.text }
        let count = Set(settings.map { $0.path.prefix { $0 != "]" } }).count
        return count == 1 ? "1 entry" : "\(count) entries"
    }
}
