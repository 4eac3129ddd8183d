package text

import (
	"maps"

	"loaxa/app/station"
)

// People is what is said of accounts, their PINs and the locked screen.
type People struct {
	PeopleTab
	Lock  Lock
	First FirstPIN
}

// PeopleTab is the tab of F10 with those who have a PIN.
type PeopleTab struct {
	Tab, None   string
	Keys        [4]string // hints: new, change, remove, unlock
	New         string
	Fields      [6]string // name, role, PIN, once more, where, hours
	Hints       [6]string
	Differ      string
	Save, Saved string
	Sure        string // %s name
	Role, May   map[station.Role]string
	LockAfter   [2]string // field of the station's rules, hint
	BadLock     string
}

// Lock is the locked screen and the window of its PIN.
type Lock struct {
	Locked     string // the foot's line
	Unlock     string // title
	Who, PIN   string
	Wrong      string
	Wait       string // %s how long
	UnlockKeys string
	Free       string // what needs no PIN
	GlassFoot  string // %d times, %s time of the newest
	Asking     string
	In         string // %s name
	LockedNow  string
}

// FirstPIN follows the questions of a new station.
type FirstPIN struct{ Title, Why, Keys, Skipped string }

var viPeople = People{PeopleTab: PeopleTab{
	Tab: "Người dùng", None: "Chưa đặt mã PIN: ai ngồi vào máy này cũng dùng được hết. Bấm Ctrl+O để đặt mã PIN cho người trực.",
	Keys: [4]string{"thêm người", "sửa, đổi mã PIN", "bỏ", "nhập mã PIN"}, New: "Thêm người dùng",
	Fields: [6]string{"Họ tên", "Được làm gì", "Mã PIN", "Gõ lại mã PIN", "Nơi được phát", "Giờ được phát"},
	Hints: [6]string{"tên sẽ ghi trong sổ nhật ký, ví dụ: N. T. Hoa", "← → chọn", "4 đến 12 chữ số; để trống thì giữ mã cũ", "gõ lại đúng mã ở trên",
		"chỉ cho trưởng thôn: số cụm loa hoặc mã vùng, cách nhau dấu phẩy", "chỉ cho trưởng thôn, ví dụ 5:00–19:00; để trống là lúc nào cũng được"},
	Differ: "Hai lần gõ mã PIN không giống nhau.", Save: "Lưu", Saved: "Đã lưu người dùng", Sure: "Enter: bỏ “%s”, người này không mở khóa được nữa · phím khác: thôi",
	Role: map[station.Role]string{station.RoleOperator: "người trực đài", station.RoleEditor: "biên tập", station.RoleApprover: "người duyệt", station.RoleTechnician: "kỹ thuật",
		station.RoleHead: "trưởng thôn", station.RoleViewer: "chỉ xem"},
	May: map[station.Role]string{station.RoleOperator: "làm mọi việc", station.RoleEditor: "kho âm thanh, lịch phát", station.RoleApprover: "duyệt và phát, bảng, khẩn cấp",
		station.RoleTechnician: "cụm loa, bảng, sự cố, cài đặt", station.RoleHead: "đọc, phát trong thôn mình, theo giờ", station.RoleViewer: "xem, không làm gì"},
	LockAfter: [2]string{"Tự khóa màn hình sau (phút)", "không ai bấm phím thì khóa, 1 đến 480 phút; chỉ khi đã đặt mã PIN"}, BadLock: "Thời gian tự khóa từ 1 đến 480 phút.",
}, Lock: Lock{
	Locked: "MÀN HÌNH KHÓA · gõ mã PIN để mở · F12 và Ctrl+X×2 vẫn bấm được",
	Unlock: "Màn hình khóa", Who: "Người dùng", PIN: "Mã PIN", Wrong: "Mã PIN không đúng.", Wait: "Sai nhiều lần: %s nữa mới gõ tiếp được.",
	UnlockKeys: "↑↓ chọn tên · Enter mở khóa · Esc về", Free: "Khẩn cấp (F12) và ngừng hết (Ctrl+X hai lần) không cần mã PIN, đài ghi lại. Quên mã: người quản máy chạy lệnh loaxa account pin TÊN.",
	GlassFoot: "CHÚ Ý: %d lần khẩn cấp, ngừng hết KHÔNG MÃ PIN, mới nhất %s · F9 xem",
	Asking:    "đang kiểm tra mã PIN…", In: "Đã mở khóa: %s", LockedNow: "Đã khóa màn hình",
}, First: FirstPIN{
	Title: "Mã PIN cho người trực", Why: "Đặt mã PIN thì người lạ không tự ý phát được. Khẩn cấp luôn bấm được, không cần mã.",
	Keys: "Esc: KHÔNG đặt mã PIN, ai ngồi vào máy cũng phát được", Skipped: "Chưa đặt mã PIN: ai ngồi vào máy cũng phát được. Đặt sau ở F10, Người dùng",
}}

var enPeople = People{PeopleTab: PeopleTab{
	Tab: "People", None: "No PIN is set: whoever sits here may do everything. Ctrl+O sets one for the operator.",
	Keys: [4]string{"new", "change, new PIN", "remove", "give the PIN"}, New: "A new person",
	Fields: [6]string{"Name", "May do", "PIN", "PIN once more", "May be heard in", "Hours"},
	Hints: [6]string{"as the log will show it: N. T. Hoa", "← → choose", "4 to 12 digits; empty keeps the old one", "the same once more",
		"of a hamlet head only: cluster numbers or zones, comma-separated", "of a hamlet head only, like 5:00–19:00; empty is at any time"},
	Differ: "The two PINs are not the same.", Save: "Save", Saved: "People saved", Sure: "Enter: removes “%s”, who can unlock no more · any other key: no",
	Role: map[station.Role]string{station.RoleOperator: "operator", station.RoleEditor: "editor", station.RoleApprover: "approver", station.RoleTechnician: "technician",
		station.RoleHead: "hamlet head", station.RoleViewer: "viewer"},
	May: map[station.Role]string{station.RoleOperator: "everything", station.RoleEditor: "library, timetable", station.RoleApprover: "approves and airs, boards, emergency",
		station.RoleTechnician: "clusters, boards, faults, settings", station.RoleHead: "speaks and plays in the hamlet, by hours", station.RoleViewer: "looks, does nothing"},
	LockAfter: [2]string{"Lock the screen after (minutes)", "when nobody presses a key, 1 to 480 minutes; only where a PIN is set"}, BadLock: "The screen locks after 1 to 480 minutes.",
}, Lock: Lock{
	Locked: "SCREEN LOCKED · type the PIN to unlock · F12 and Ctrl+X×2 work",
	Unlock: "Screen locked", Who: "Person", PIN: "PIN", Wrong: "That is not the PIN.", Wait: "Too many wrong ones: %s until the next.",
	UnlockKeys: "↑↓ choose a name · Enter unlock · Esc back", Free: "Emergency (F12) and stop all (Ctrl+X twice) need no PIN; the station writes it down. Forgotten: who keeps the machine runs loaxa account pin NAME.",
	GlassFoot: "LOOK: emergency or stop WITHOUT A PIN, %d times, the newest %s · F9",
	Asking:    "looking at the PIN…", In: "Unlocked: %s", LockedNow: "Screen locked",
}, First: FirstPIN{
	Title: "A PIN for the operator", Why: "With a PIN no stranger goes on air by himself. An emergency never needs one.",
	Keys: "Esc: NO PIN, whoever sits here may go on air", Skipped: "No PIN is set: whoever sits here may go on air. Set it later: F10, People",
}}

func init() {
	maps.Copy(vi.Books.Event, map[station.EventKind]string{
		station.EvAccount:  "người dùng {title}: {reason}",
		station.EvGlass:    "KHÔNG MÃ PIN: {title}, {reason}",
		station.EvAccounts: "TỆP MÃ PIN HỎNG: không ai mở khóa được, khẩn cấp vẫn bấm được",
	})
	maps.Copy(en.Books.Event, map[station.EventKind]string{
		station.EvAccount:  "account {title}: {reason}",
		station.EvGlass:    "WITHOUT A PIN: {title}, {reason}",
		station.EvAccounts: "THE FILE OF PINS IS DAMAGED: nobody can unlock, an emergency can be aired",
	})
	maps.Copy(vi.Books.Refusal, map[station.RefusalCode]string{
		station.ScreenLocked:  "Màn hình đang khóa: nhập mã PIN trước. Khẩn cấp (F12) và ngừng hết thì không cần",
		station.RoleSmaller:   "Người dùng này ({subject}) không được giao việc này: gọi người trực đài mở khóa",
		station.OutsideArea:   "Chỉ được phát trong thôn mình: chọn lại nơi phát",
		station.OutsideHours:  "Ngoài giờ được phát của trưởng thôn: gọi người trực đài",
		station.BadPIN:        "Mã PIN phải có 4 đến 12 chữ số",
		station.BadAccount:    "Chưa đúng: {subject}",
		station.LastOperator:  "Phải còn ít nhất một người trực đài có mã PIN",
		station.AccountsUnfit: "Tệp mã PIN không đọc hoặc không ghi được: gọi người quản máy",
	})
	maps.Copy(en.Books.Refusal, map[station.RefusalCode]string{
		station.ScreenLocked:  "The screen is locked: give the PIN first. Emergency (F12) and stop all need none",
		station.RoleSmaller:   "This person ({subject}) has another task: ask the operator to unlock",
		station.OutsideArea:   "Only in the own hamlet: choose where again",
		station.OutsideHours:  "Outside the hamlet head's hours: ask the operator",
		station.BadPIN:        "A PIN has 4 to 12 digits",
		station.BadAccount:    "Not right: {subject}",
		station.LastOperator:  "At least one operator with a PIN must be left",
		station.AccountsUnfit: "The file of PINs cannot be read or written: ask who keeps the machine",
	})
	maps.Copy(vi.Books.Reason, map[string]string{"account-made": "đã thêm", "account-changed": "đã sửa", "account-removed": "đã bỏ", "pin-changed": "đổi mã PIN",
		"accounts-unfit": "tệp mã PIN hỏng", "screen-locked": "lúc màn hình khóa", "role-smaller": "người không được giao việc này", "lock-after": "thời gian tự khóa",
		"operator": "người trực đài", "editor": "biên tập", "approver": "người duyệt", "technician": "kỹ thuật", "hamlet-head": "trưởng thôn", "viewer": "chỉ xem",
		"role": "việc được giao", "hours": "giờ", "area": "nơi được phát", "glass-emergency": "BẤM KHẨN CẤP", "glass-end": "KẾT THÚC KHẨN CẤP", "glass-correction": "ĐÍNH CHÍNH", "glass-stop": "NGỪNG HẾT"})
	maps.Copy(en.Books.Reason, map[string]string{"account-made": "made", "account-changed": "changed", "account-removed": "removed", "pin-changed": "a new PIN",
		"accounts-unfit": "the file of PINs is damaged", "screen-locked": "on a locked screen", "role-smaller": "by a role that has it not", "lock-after": "when the screen locks",
		"operator": "operator", "editor": "editor", "approver": "approver", "technician": "technician", "hamlet-head": "hamlet head", "viewer": "viewer",
		"role": "role", "hours": "hours", "area": "where", "glass-emergency": "EMERGENCY", "glass-end": "EMERGENCY ENDED", "glass-correction": "CORRECTION", "glass-stop": "ALL STOPPED"})
	maps.Copy(viAdvice, map[station.EventKind]string{
		station.EvGlass:    "Có người bấm khẩn cấp hoặc ngừng hết mà không nhập mã PIN. Nếu không phải người trực: xem nhật ký (F8), báo nhầm thì F12 đính chính ngay, rồi đổi mã PIN ở F10.",
		station.EvAccounts: "Không ai mở khóa được cho đến khi tệp này đúng lại. Người quản máy lấy tệp people.json từ bản sao lưu, hoặc cất nó đi rồi chạy loaxa account set. Khẩn cấp và ngừng hết vẫn bấm được.",
	})
	maps.Copy(enAdvice, map[station.EventKind]string{
		station.EvGlass:    "Somebody aired an emergency or stopped everything without a PIN. If it was not the operator: look into the log (F8), correct a false alarm with F12 at once, then change the PIN on F10.",
		station.EvAccounts: "Nobody can unlock until this file is right again. Who keeps the machine puts people.json back from a backup, or moves it away and runs loaxa account set. Emergency and stop work all the same.",
	})
}
