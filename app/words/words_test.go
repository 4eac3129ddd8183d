package words

import (
	"reflect"
	"testing"
)

func TestNoWordIsMissing(t *testing.T) {
	for _, l := range []Lang{Vietnamese, English} {
		walk(t, string(l), reflect.ValueOf(In(l)))
	}
}

func walk(t *testing.T, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		if v.Len() == 0 {
			t.Errorf("%s is empty", path)
		}
		for i := range v.Len() {
			walk(t, path, v.Index(i))
		}
	default:
		if v.String() == "" {
			t.Errorf("%s is empty", path)
		}
	}
}
