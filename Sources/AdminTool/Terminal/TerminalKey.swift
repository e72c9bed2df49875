/// A key that was pressed.
enum TerminalKey: Hashable {
    case character(Character)
    case up, down, left, right, pageUp, pageDown, home, end, escape, tab, backTab, enter
}
